#pragma once

#include "workload/transformer/shape.hpp"

#include <string>
#include <vector>

namespace podsim::workload {

/// Products of a feed-forward that read its input; `width` elements of it are the rank's.
std::vector<WeightedProduct> feed_forward_inputs(const catalog::Transformer& model, const std::string& prefix,
                                                 double rows, double hidden, double width);

/// Its non-linearity, or the gate, over rows x width.
void feed_forward_activation(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape,
                             const std::string& prefix, double elements);

/// Of `rows` tokens with `width` elements on this rank, without norm and residual.
void feed_forward(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape,
                  const std::string& prefix, double rows, double width);

}  // namespace podsim::workload
