#include "workload/transformer/feed_forward.hpp"

#include "workload/transformer/tensor.hpp"

namespace podsim::workload {

std::vector<WeightedProduct> feed_forward_inputs(const catalog::Transformer& model, const std::string& prefix,
                                                 double rows, double hidden, double width) {
  std::vector<WeightedProduct> products;
  if (model.gated) products.push_back(dense_product(prefix + "feed-forward gate", rows, hidden, width));
  products.push_back(dense_product(prefix + "feed-forward in", rows, hidden, width));
  return products;
}

void feed_forward_activation(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape,
                             const std::string& prefix, double elements) {
  const bool biases = model.biases == catalog::Biases::all;
  if (model.gated) {
    layer.elementwise(prefix + "gate", elements, biases ? passes::kBiasedGate : passes::kGatedActivation);
  } else {
    layer.elementwise(prefix + "GELU", elements, biases ? passes::kBiasActivation : passes::kActivation);
  }
  layer.keep(model.gated ? 2 * elements : elements);
  keep_input(layer, shape, elements);
}

void feed_forward(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape,
                  const std::string& prefix, double rows, double width) {
  keep_input(layer, shape, shape.resting(rows) * shape.hidden);
  column_products(layer, shape, feed_forward_inputs(model, prefix, rows, shape.hidden, width));
  feed_forward_activation(layer, model, shape, prefix, rows * width);
  row_products(layer, shape, {dense_product(prefix + "feed-forward out", rows, width, shape.hidden)});
}

}  // namespace podsim::workload
