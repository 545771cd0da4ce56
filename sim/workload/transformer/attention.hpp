#pragma once

#include "workload/transformer/shape.hpp"

#include <string>
#include <vector>

namespace podsim::workload {

/// Queries, keys and values of a block's own tokens, cut by heads, with what else reads the same input (a feed-forward
/// beside the attention), and their rotation.
void query_key_value(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape,
                     const std::vector<WeightedProduct>& beside);

/// Keys, values and, where relative, projected positions: shared by all streams.
void keys_and_values(LayerBuilder& layer, const std::string& prefix, const catalog::Transformer& model,
                     const TransformerShape& shape);

/// Turns the queries into the kernel's layout, attends, and turns the result back. With the tokens shared by a context
/// group the keys and values of the others come as `Shard::method` says.
void attention(LayerBuilder& layer, const std::string& prefix, const catalog::Transformer& model,
               const TransformerShape& shape);

}  // namespace podsim::workload
