#pragma once

#include "workload/transformer/shape.hpp"

#include <string>
#include <vector>

namespace podsim::workload {

/// Where the stack narrows linear layers: the cast of what a product reads, and of the gradients of what products of one
/// input write.
void cast_input(LayerBuilder& layer, const WeightedProduct& product);
void cast_gradients(LayerBuilder& layer, const std::vector<WeightedProduct>& products);

/// Products of one input that no group shares, with the casts of their operands.
void products_of_one_rank(LayerBuilder& layer, const std::vector<WeightedProduct>& products);

/// Products that a tensor group shares by the columns of their weights, all of one input of `rows` (Shoeybi et al.,
/// arXiv 1909.08053). The gradient of the input is summed over the group beside the products of the weight gradients.
/// With sequence parallelism the input is gathered first, and once more, beside the input's gradients, for those of the
/// weights (Korthikanti et al., arXiv 2205.05198; Megatron-LM, tensor_parallel/layers.py). Where the stack pipelines them,
/// the pieces of a gather but the first travel beside the products, and those of a sum but the last.
void column_products(LayerBuilder& layer, const TransformerShape& shape, const std::vector<WeightedProduct>& products);

/// Products that it shares by rows, the sum of which it needs: everything waits for that.
void row_products(LayerBuilder& layer, const TransformerShape& shape, const std::vector<WeightedProduct>& products);

/// What row_products and the look-up of words do to their result of `rows` x hidden: a sum over the group, of which
/// each rank takes its tokens under sequence parallelism.
void sum_over_tensor_group(LayerBuilder& layer, const TransformerShape& shape, const std::string& name, double rows);

/// rows x in times in x out.
WeightedProduct dense_product(const std::string& name, double rows, double in, double out);

/// An exchange that everything waits for, forward before the next operation and on the way back at the same place.
void blocking_exchange(LayerBuilder& layer, ShareAxis axis, ExchangeKind kind, double bytes, const std::string& name);
void blocking_exchange_back(LayerBuilder& layer, ShareAxis axis, ExchangeKind kind, double bytes,
                            const std::string& name);

}  // namespace podsim::workload
