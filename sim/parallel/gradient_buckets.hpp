#pragma once

#include "catalog/spec/stack.hpp"
#include "workload/operation.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace podsim::parallel {

/// Gradients that are reduced together.
struct GradientBucket {
  double bytes = 0;         ///< of gradients, on each rank
  double weight_bytes = 0;  ///< of the weights that they belong to
  size_t first_layer = 0;   ///< the lowest: its backward pass fills the bucket
};

/// Parameters of a layer by whom their gradients are summed over: all replicas, or those that have the same experts.
enum class ParameterClass { shared, experts };

double parameters_of(const workload::Layer& layer, ParameterClass which);

/// The buckets of a step in the order in which the backward pass fills them: the last layers first. A bucket leaves
/// with at least the stack's bytes, the last one with what is left. A network that is updated several times a step
/// sends its gradients as often.
std::vector<GradientBucket> gradient_buckets(std::span<const workload::Layer> layers, const catalog::Stack& stack,
                                             ParameterClass which = ParameterClass::shared);

}  // namespace podsim::parallel
