#pragma once

#include "catalog/spec/stack.hpp"
#include "workload/operation.hpp"

#include <cstddef>
#include <vector>

namespace podsim::parallel {

/// Gradients that are reduced together.
struct GradientBucket {
  double bytes = 0;         ///< of gradients, on each rank
  double weight_bytes = 0;  ///< of the weights that they belong to
  size_t first_layer = 0;   ///< the lowest: its backward pass fills the bucket
};

/// The buckets of a step in the order in which the backward pass fills them: the last layers first. A bucket leaves
/// with at least the stack's bytes, the last one with what is left. A network that is updated several times a step
/// sends its gradients as often.
std::vector<GradientBucket> gradient_buckets(const workload::Graph& graph, const catalog::Stack& stack);

}  // namespace podsim::parallel
