#pragma once

#include "workload/transformer/shape.hpp"

namespace podsim::workload {

/// How many rows a rank sends to experts and what comes of them.
struct ExpertLoad {
  double tokens = 0;     ///< of this rank
  double sent_rows = 0;  ///< to the experts, with those that a capacity pads
  double imbalance = 1;  ///< of the busiest rank of the group, over the mean
  double rows = 0;       ///< that the busiest rank's experts have, after the gather of an expert's tensor group
  double local_experts = 0;
  double useful_share = 1;  ///< of `rows`, that the model asks for on the mean rank
};

/// Random routing makes rows of e ranks that differ as normal numbers do: the largest of them is expected at
/// 1 + sqrt(2 ln(e) / rows) times the mean. An imbalance of experts that the model gives is smaller by the square root of
/// the experts of a rank.
ExpertLoad expert_load(const catalog::Experts& experts, const TransformerShape& shape);

/// Router, dispatch, the rank's experts as grouped products, combination; experts that see all tokens. The exchanges
/// count the busiest rank's rows: an all-to-all ends with the busiest receiver.
void expert_feed_forward(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape);

}  // namespace podsim::workload
