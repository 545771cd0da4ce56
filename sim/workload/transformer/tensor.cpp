#include "workload/transformer/tensor.hpp"

namespace podsim::workload {

namespace {

/// Of an exchange that goes in pieces, those that travel beside the product: all but one.
double late_bytes(const TransformerShape& shape, double bytes) {
  const double ranks = shape.shard.tensor;
  const bool pipelined = shape.tensor_overlap == catalog::TensorOverlap::pipelined && shape.shard.sequence && ranks > 1;
  return pipelined ? bytes * (ranks - 1) / ranks : 0;
}

/// Beside the operations of the forward pass since `start`.
void overlapped_exchange(LayerBuilder& layer, ExchangeKind kind, double bytes, size_t start, const std::string& name) {
  if (bytes == 0) return;
  layer.exchange({.axis = ShareAxis::tensor,
                  .kind = kind,
                  .bytes = bytes,
                  .start = start,
                  .await = layer.forward_place(),
                  .name = name});
}

/// What a row-parallel product gives: a sum over the group, of which each rank takes its tokens.
struct ScatteredSum {
  const std::string& name;
  double bytes = 0;
};

/// The sum of what came since `start`, and the gather of its gradient, which has been cast.
void scatter_sum(LayerBuilder& layer, const TransformerShape& shape, size_t start, const ScatteredSum& sum) {
  const double late = late_bytes(shape, sum.bytes);
  overlapped_exchange(layer, ExchangeKind::reduce_scatter, late, start, sum.name + " sum, in pieces");
  blocking_exchange(layer, ShareAxis::tensor, ExchangeKind::reduce_scatter, sum.bytes - late, sum.name + " sum");
  const double share = layer.cast_share();
  const size_t end = layer.backward_place();
  if (late > 0) {
    layer.backward_exchange({.axis = ShareAxis::tensor,
                             .kind = ExchangeKind::all_gather,
                             .bytes = late * share,
                             .start = end,
                             .await = end - 1,
                             .name = sum.name + " gradient, in pieces"});
  }
  blocking_exchange_back(layer, ShareAxis::tensor, ExchangeKind::all_gather, (sum.bytes - late) * share,
                         sum.name + " gradient");
}

}  // namespace

void cast_gradients(LayerBuilder& layer, const std::vector<WeightedProduct>& products) {
  double elements = 0;
  for (const WeightedProduct& product : products) elements += product.linear ? product.rows * product.out : 0;
  if (elements > 0) layer.cast_gradient(products.front().name, elements);
}

void cast_input(LayerBuilder& layer, const WeightedProduct& product) {
  if (product.linear) layer.cast_input(product.name + " input", product.input_rows * product.in);
}

WeightedProduct dense_product(const std::string& name, double rows, double in, double out) {
  return {.name = name, .rows = rows, .in = in, .out = out, .input_rows = rows, .linear = true};
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

void products_of_one_rank(LayerBuilder& layer, const std::vector<WeightedProduct>& products) {
  cast_input(layer, products.front());
  for (const WeightedProduct& product : products) layer.weighted(product);
  cast_gradients(layer, products);
}

void column_products(LayerBuilder& layer, const TransformerShape& shape, const std::vector<WeightedProduct>& products) {
  if (shape.shard.tensor == 1) {
    products_of_one_rank(layer, products);
    return;
  }
  const std::string& name = products.front().name;
  const double bytes = layer.activation_bytes(products.front().rows * products.front().in);
  const double gathered = bytes * (products.front().linear ? layer.cast_share() : 1);  // gathered after the cast
  const bool sequence = shape.shard.sequence;
  WeightedProduct input = products.front();
  input.input_rows = shape.resting(input.input_rows);  // cast before it is gathered
  cast_input(layer, input);
  const double late = sequence ? late_bytes(shape, gathered) : 0;
  const size_t start = layer.forward_place();
  if (sequence) blocking_exchange(layer, ShareAxis::tensor, ExchangeKind::all_gather, gathered - late, name + " input");
  const BackwardPlaces places = layer.products_of_one_input(products);
  overlapped_exchange(layer, ExchangeKind::all_gather, late, start, name + " input, in pieces");
  cast_gradients(layer, products);
  layer.backward_exchange({.axis = ShareAxis::tensor,
                           .kind = sequence ? ExchangeKind::reduce_scatter : ExchangeKind::all_reduce,
                           .bytes = bytes,
                           .start = places.weights,
                           .await = places.end,
                           .name = name + " input gradient"});
  if (!sequence) return;
  layer.backward_exchange({.axis = ShareAxis::tensor,
                           .kind = ExchangeKind::all_gather,
                           .bytes = gathered,
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
  const size_t start = layer.forward_place();
  for (const WeightedProduct& product : products) {
    cast_input(layer, product);
    layer.weighted(product);
  }
  const std::string& name = products.front().name;
  const double rows = products.front().rows;
  if (shape.shard.tensor == 1 || !shape.shard.sequence) {
    sum_over_tensor_group(layer, shape, name, rows);
  } else {
    scatter_sum(layer, shape, start, {.name = name, .bytes = layer.activation_bytes(rows * shape.hidden)});
  }
  WeightedProduct sum = products.front();  // cast before it is gathered, and once for all products
  sum.rows = shape.resting(rows);
  cast_gradients(layer, {sum});
}

}  // namespace podsim::workload
