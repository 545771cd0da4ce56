#include "workload/transformer/shape.hpp"

#include <cmath>

namespace podsim::workload {

TransformerShape shape_of(const catalog::Transformer& model, const catalog::TrainingPhase& phase, double examples,
                          const catalog::Stack& stack) {
  TransformerShape shape;
  shape.attention = stack.kernels.attention;
  shape.one_hot = stack.kernels.embedding == catalog::EmbeddingLookup::one_hot;
  shape.dropout = model.dropout;
  shape.examples = examples;
  shape.hidden = model.hidden;
  shape.heads = model.heads;
  shape.feed_forward = model.feed_forward;
  shape.vocabulary =
      std::ceil(model.vocabulary / double(stack.kernels.vocabulary_multiple)) * stack.kernels.vocabulary_multiple;
  shape.queries = phase.sequence_length;
  shape.keys = shape.queries + model.memory_tokens;
  shape.positions = model.relative_positions ? shape.queries + shape.keys : 0;
  shape.predictions = phase.predictions_per_example > 0 ? phase.predictions_per_example : shape.queries;
  return shape;
}

double dense_parameters(double in, double out) { return in * out + out; }

double layer_norm_parameters(double hidden) { return 2 * hidden; }

void layer_norm(LayerBuilder& layer, const std::string& name, double elements) {
  layer.elementwise(name, elements, passes::kLayerNorm);
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

}  // namespace podsim::workload
