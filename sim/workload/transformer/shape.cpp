#include "workload/transformer/shape.hpp"

#include <algorithm>
#include <cmath>

namespace podsim::workload {

namespace {

void cut_width(const catalog::Transformer& model, const catalog::Stack& stack, TransformerShape& shape) {
  const int ranks = shape.shard.tensor;
  const double multiple = double(stack.kernels.vocabulary_multiple) * ranks;
  shape.heads = double(model.heads) / ranks;
  shape.key_heads = std::max(1.0, double(model.key_heads()) / ranks);
  shape.feed_forward = double(model.feed_forward) / ranks;
  shape.vocabulary = std::ceil(model.vocabulary / multiple) * multiple / ranks;
}

}  // namespace

TransformerShape shape_of(const catalog::Transformer& model, const catalog::TrainingPhase& phase, double examples,
                          const catalog::Stack& stack, const Shard& shard) {
  TransformerShape shape;
  shape.shard = shard;
  shape.attention = stack.kernels.attention;
  shape.tensor_overlap = stack.kernels.tensor_overlap;
  shape.one_hot = stack.kernels.embedding == catalog::EmbeddingLookup::one_hot;
  shape.dropout = model.dropout;
  shape.stored = stack.kernels.kept.value_or(model.final_norm
                                                 ? catalog::KeptActivations::stored
                                                 : catalog::KeptActivations::least) == catalog::KeptActivations::stored;
  shape.examples = examples;
  shape.hidden = model.hidden;
  shape.query_size = model.latent ? model.latent->query_size() : model.head_elements();
  shape.value_size = model.latent ? model.latent->value_size : model.head_elements();
  shape.head_size = (shape.query_size + shape.value_size) / 2;
  cut_width(model, stack, shape);
  shape.queries = double(phase.sequence_length) / shard.context;
  shape.keys = shape.queries + model.memory_tokens;
  shape.positions = model.relative_positions ? shape.queries + shape.keys : 0;
  shape.predictions =
      phase.predictions_per_example > 0 ? double(phase.predictions_per_example) / shard.context : shape.queries;
  return shape;
}

TransformerShape with_window(const TransformerShape& shape, int window) {
  TransformerShape windowed = shape;
  const double tokens = shape.queries * shape.shard.context;
  if (window > 0) windowed.window_share = std::min(1.0, window / tokens);
  return windowed;
}

void norm(LayerBuilder& layer, const catalog::Transformer& model, const std::string& prefix, double elements) {
  const char* name = model.norm == catalog::Norm::rms_norm ? "RMS norm" : "layer norm";
  layer.elementwise(prefix + name, elements, passes::kLayerNorm);
  layer.keep(elements);
}

void dropout(LayerBuilder& layer, const TransformerShape& shape, const std::string& name, double elements) {
  if (!shape.dropout) return;
  layer.elementwise(name, elements, passes::kDropout);
  layer.keep_mask(elements);
}

void activation(LayerBuilder& layer, const std::string& name, double elements) {
  layer.elementwise(name, elements, passes::kBiasActivation);
  layer.keep(elements);
}

void keep_input(LayerBuilder& layer, const TransformerShape& shape, double elements) {
  if (shape.stored) layer.keep(elements);
}

}  // namespace podsim::workload
