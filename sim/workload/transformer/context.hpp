#pragma once

#include "workload/layer_builder.hpp"
#include "workload/shard.hpp"

#include <functional>
#include <string>

namespace podsim::workload {

/// Adds the attention of some queries to some keys to the layer.
using Attend = std::function<void(const AttentionShape&)>;

/// The attention of a rank that has 1/context of the tokens: `core` is that of its queries to its own keys. Each rank of
/// a causal model has an early and a late piece, so that a mask leaves all ranks the same half of the work, at each step
/// of a ring too.
///
/// ring: `context` blocks; the keys and values of the next one come during each, and on the way back also the sums of
/// their gradients, which end where they began. all_gather: keys and values before, again on the way back, and a
/// reduce-scatter of their gradients. all_to_all: heads against tokens before and after.
void attend_in_context(LayerBuilder& layer, const std::string& prefix, const Shard& shard, const AttentionShape& core,
                       const Attend& attend);

}  // namespace podsim::workload
