#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "platform/slice.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace podsim::parallel {

/// What a user fixed of a plan, from the command line or the study to make_plan(); parallel/plan/plan_keys.hpp names its
/// members. What is absent follows the recipe and the stack.
struct PlanChoice {
  std::optional<int64_t> global_batch{};
  std::optional<int64_t> micro_batch{};
  std::optional<catalog::Recompute> recompute{};
  std::optional<int64_t> zero{};  ///< stage of ZeRO; 1: each rank updates its share of the weights
  bool raise_batch = true;        ///< one example a rank where the recipe's batch has fewer; false: impossible

  bool operator==(const PlanChoice&) const = default;
};

/// The examples of one step.
struct BatchShape {
  int64_t global = 0;  ///< of all ranks
  int64_t local = 0;   ///< per rank
  int64_t micro = 0;   ///< per rank and pass
  int64_t passes = 1;  ///< gradients are accumulated over them
};

/// How a workload is laid out on a slice: synchronous data parallelism, every rank a whole copy.
struct Plan {
  int ranks = 1;
  int ranks_per_node = 1;
  BatchShape batch;  ///< the recipe's; of a phase: batch_of()
  catalog::Recompute recompute = catalog::Recompute::none;
  int64_t zero = 0;                ///< stage of ZeRO; 0 where there is one rank
  int update_shards = 1;           ///< ranks that share one optimiser state
  std::vector<std::string> notes;  ///< what was derived and not asked for

  /// A phase with another batch has more examples in as many passes.
  BatchShape batch_of(const catalog::TrainingPhase& phase) const;
};

/// Throws platform::Impossible when the batch does not divide over the ranks, with the nearest that does.
Plan make_plan(const catalog::Workload& workload, const catalog::Platform& platform, const catalog::Stack& stack,
               const platform::Slice& slice, const PlanChoice& choice);

/// The plan as a choice that leaves nothing open.
PlanChoice settled(const Plan& plan);

/// Examples of a step, mean over the phases.
double examples_per_step(const Plan& plan, const catalog::Training& training);

}  // namespace podsim::parallel
