#include "workload/transformer/parameters.hpp"

namespace podsim::workload {

namespace {

double relative_attention_parameters(const catalog::Transformer& model) {
  const double h = model.hidden;
  const double segment_biases = model.segments > 0 ? 1 + model.segments : 0;
  return 5 * h * h + (2 + segment_biases) * h;
}

/// The products to the vectors of lower rank and their norms are on every rank of a tensor group.
void add_latent_parameters(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape) {
  const catalog::LatentAttention& latent = *model.latent;
  const double h = model.hidden;
  const double query_input = latent.query_rank > 0 ? latent.query_rank : h;
  layer.add_replicated_parameters(h * latent.query_rank + norm_parameters(model, latent.query_rank));
  layer.add_replicated_parameters(h * (latent.key_value_rank + latent.rotary_size) +
                                  norm_parameters(model, latent.key_value_rank));
  layer.add_parameters(query_input * shape.query_width());
  layer.add_parameters(latent.key_value_rank * shape.key_heads * (latent.plain_size + latent.value_size));
  layer.add_parameters(shape.context_width() * h);
}

/// Products that read the input of a feed-forward.
int input_products(const catalog::Transformer& model) { return model.gated ? 2 : 1; }

}  // namespace

double dense_parameters(double in, double out) { return in * out + out; }

double norm_parameters(const catalog::Transformer& model, double elements) {
  return model.norm == catalog::Norm::rms_norm ? elements : 2 * elements;
}

void add_attention_parameters(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape) {
  if (model.relative_positions) {
    layer.add_parameters(relative_attention_parameters(model));
    return;
  }
  if (model.latent) return add_latent_parameters(layer, model, shape);
  const double h = model.hidden;
  const double columns = shape.query_width() + 2 * shape.key_width();
  layer.add_parameters(h * columns + shape.query_width() * h);
  if (shape.shard.tensor > model.key_heads()) {
    const double inputs = h + (model.biases != catalog::Biases::none ? 1 : 0);
    layer.mark_copied_parameters(2 * shape.key_width() * inputs);
  }
  if (model.biases != catalog::Biases::none) layer.add_parameters(columns);
  if (model.biases == catalog::Biases::all) layer.add_replicated_parameters(h);
  if (model.qk_norm) layer.add_replicated_parameters(2 * norm_parameters(model, shape.head_size));
}

void add_norm_parameters(LayerBuilder& layer, const catalog::Transformer& model, int norms) {
  layer.add_replicated_parameters(norms * norm_parameters(model, model.hidden));
}

void add_feed_forward_parameters(LayerBuilder& layer, const catalog::Transformer& model, double width) {
  const double h = model.hidden;
  const int in = input_products(model);
  layer.add_parameters((in + 1) * h * width);
  if (model.biases != catalog::Biases::all) return;
  layer.add_parameters(in * width);
  layer.add_replicated_parameters(h);
}

void add_expert_parameters(LayerBuilder& layer, const catalog::Transformer& model, const Shard& shard) {
  const catalog::Experts& experts = *model.experts;
  const double h = model.hidden;
  const double width = double(experts.feed_forward) / shard.expert_tensor;
  const int in = input_products(model);
  double each = (in + 1) * h * width;
  if (model.biases == catalog::Biases::all) each += in * width + h;
  const double all = each * experts.count / shard.expert;
  layer.add_replicated_parameters(h * experts.count);
  // Of a whole layer they are reduced as all others are.
  if (shard.whole()) {
    layer.add_parameters(all);
  } else {
    layer.add_expert_parameters(all);
  }
}

}  // namespace podsim::workload
