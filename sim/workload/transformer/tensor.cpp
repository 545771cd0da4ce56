#include "workload/transformer/tensor.hpp"

namespace podsim::workload {

WeightedProduct dense_product(const std::string& name, double rows, double in, double out) {
  return {.name = name, .rows = rows, .in = in, .out = out, .input_rows = rows};
}

void blocking_exchange(LayerBuilder& layer, ShareAxis axis, ExchangeKind kind, double bytes, const std::string& name) {
  const size_t place = layer.forward_place();
  layer.exchange({.axis = axis, .kind = kind, .bytes = bytes, .start = place, .await = place, .name = name});
}

void blocking_exchange_back(LayerBuilder& layer, ShareAxis axis, ExchangeKind kind, double bytes,
                            const std::string& name) {
  const size_t place = layer.backward_place();
  layer.backward_exchange({.axis = axis, .kind = kind, .bytes = bytes, .start = place, .await = place, .name = name});
}

void column_products(LayerBuilder& layer, const TransformerShape& shape, const std::vector<WeightedProduct>& products) {
  if (shape.shard.tensor == 1) {
    for (const WeightedProduct& product : products) layer.weighted(product);
    return;
  }
  const std::string& name = products.front().name;
  const double bytes = layer.activation_bytes(products.front().rows * products.front().in);
  const bool sequence = shape.shard.sequence;
  if (sequence) blocking_exchange(layer, ShareAxis::tensor, ExchangeKind::all_gather, bytes, name + " input");
  const BackwardPlaces places = layer.products_of_one_input(products);
  layer.backward_exchange({.axis = ShareAxis::tensor,
                           .kind = sequence ? ExchangeKind::reduce_scatter : ExchangeKind::all_reduce,
                           .bytes = bytes,
                           .start = places.weights,
                           .await = places.end,
                           .name = name + " input gradient"});
  if (!sequence) return;
  layer.backward_exchange({.axis = ShareAxis::tensor,
                           .kind = ExchangeKind::all_gather,
                           .bytes = bytes,
                           .start = places.inputs,
                           .await = places.weights,
                           .name = name + " input again"});
}

void sum_over_tensor_group(LayerBuilder& layer, const TransformerShape& shape, const std::string& name, double rows) {
  if (shape.shard.tensor == 1) return;
  const double bytes = layer.activation_bytes(rows * shape.hidden);
  if (!shape.shard.sequence) {
    blocking_exchange(layer, ShareAxis::tensor, ExchangeKind::all_reduce, bytes, name + " sum");
    return;
  }
  blocking_exchange(layer, ShareAxis::tensor, ExchangeKind::reduce_scatter, bytes, name + " sum");
  blocking_exchange_back(layer, ShareAxis::tensor, ExchangeKind::all_gather, bytes, name + " gradient");
}

void row_products(LayerBuilder& layer, const TransformerShape& shape, const std::vector<WeightedProduct>& products) {
  for (const WeightedProduct& product : products) layer.weighted(product);
  sum_over_tensor_group(layer, shape, products.front().name, products.front().rows);
}

}  // namespace podsim::workload
