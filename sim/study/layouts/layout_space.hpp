#pragma once

#include "run/run.hpp"

#include <cstdint>
#include <functional>
#include <vector>

namespace podsim::study {

/// Sequences from so many tokens on are tried with their tokens cut over ranks, where nobody asks for it.
inline constexpr int kLongSequence = 16384;

/// Ranks of the largest tensor group that is tried on a torus. On boxes it is a node: across nodes its exchanges, which
/// nothing hides, meet those of the pipeline (Narayanan et al., arXiv 2104.04473, section 5.4).
inline constexpr int64_t kMostTensorOnTorus = 32;

/// Examples of the largest micro-batch that is tried with a pipeline.
inline constexpr int64_t kMostMicroBatch = 16;

/// Calls `each` with every layout of `request` on so many ranks, in an order that depends on nothing else. What the
/// request's plan fixes stays; data takes what the other degrees leave. The keys that are tried: tp, sequence_parallel, cp
/// of long sequences, pp, schedule and virtual_stages as the stack's framework has them, ep and etp of models with
/// experts, zero as the framework has it, order, micro_batch, recompute. Not all are legal.
void each_layout(const run::RunRequest& request, int64_t ranks, int64_t ranks_per_node,
                 const std::function<void(const parallel::PlanChoice&)>& each);

}  // namespace podsim::study
