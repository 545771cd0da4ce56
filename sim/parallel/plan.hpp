#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/spec/workload.hpp"
#include "platform/slice.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace podsim::parallel {

/// What the user fixed of a plan; the rest follows the recipe.
struct PlanChoice {
  std::optional<int64_t> global_batch{};
  std::optional<int64_t> micro_batch{};
  std::optional<catalog::Recompute> recompute{};
  bool shard_update = false;  ///< ZeRO stage 1: each rank updates its share of the weights
  bool raise_batch = true;    ///< one example a rank where the recipe's batch has fewer
};

/// How a workload is laid out on a slice: synchronous data parallelism, every rank a whole copy.
struct Plan {
  int ranks = 1;
  int ranks_per_node = 1;
  int64_t global_batch = 0;        ///< examples per step
  int64_t local_batch = 0;         ///< examples per rank and step
  int64_t micro_batch = 0;         ///< examples per rank and pass
  int64_t accumulation_steps = 1;  ///< passes per step
  catalog::Recompute recompute = catalog::Recompute::none;
  int update_shards = 1;           ///< ranks that share one optimiser state
  std::vector<std::string> notes;  ///< what was derived and not asked for
};

/// Throws platform::Impossible when the batch does not divide over the ranks, with the nearest that does.
Plan make_plan(const catalog::Workload& workload, const catalog::Platform& platform, const platform::Slice& slice,
               const PlanChoice& choice);

}  // namespace podsim::parallel
