#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "parallel/code_builder.hpp"
#include "parallel/plan/plan.hpp"
#include "parallel/program.hpp"
#include "workload/operation.hpp"

namespace podsim::parallel {

/// The step of a plan in a phase with this `batch`: `graph` expanded for its micro-batch, operations timed by the roofline.
///
/// Gradients leave in buckets, with overlap as the backward pass fills them, and the update waits for all. Where the
/// ranks share the optimiser (ZeRO stage 1) a bucket is reduce-scattered, and after the update its new weights are
/// gathered: at once, or under the next forward pass as far as the stack does that (Rajbhandari et al., ZeRO,
/// arXiv 1910.02054, section 5; Xu et al., arXiv 2004.13336).
///
/// Where the stack gives no limit of the workload's input, it takes no time.
StepProgram compile_step(const workload::Graph& graph, const Plan& plan, const BatchShape& batch,
                         const catalog::Training& training, const catalog::Platform& platform,
                         const catalog::Stack& stack, Operations operations = Operations::listed);

/// The forward passes of such a step alone, over held-out examples: nothing is kept, summed or updated.
StepProgram compile_evaluation(const workload::Graph& graph, const Plan& plan, const BatchShape& batch,
                               const catalog::Training& training, const catalog::Platform& platform,
                               const catalog::Stack& stack);

}  // namespace podsim::parallel
