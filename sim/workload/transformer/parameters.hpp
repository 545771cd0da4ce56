#pragma once

#include "workload/transformer/shape.hpp"

namespace podsim::workload {

/// Parameters of a dense layer with its bias.
double dense_parameters(double in, double out);

/// Parameters of one norm over `elements`: a scale each, and an offset if it is a layer norm.
double norm_parameters(const catalog::Transformer& model, double elements);

/// Those of a rank, added to its layer. Norms, biases of what is cut by rows and the router are on every rank of a
/// tensor group.
void add_attention_parameters(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape);
void add_norm_parameters(LayerBuilder& layer, const catalog::Transformer& model, int norms);
/// Of a feed-forward with `width` elements on this rank.
void add_feed_forward_parameters(LayerBuilder& layer, const catalog::Transformer& model, double width);
/// Of the router and the rank's experts, without the shared ones.
void add_expert_parameters(LayerBuilder& layer, const catalog::Transformer& model, const Shard& shard);

}  // namespace podsim::workload
