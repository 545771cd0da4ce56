#pragma once

#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "parallel/plan/plan.hpp"

#include <string>

namespace podsim::parallel {

/// The ranks that a layout is made for, as messages name them.
struct RankCount {
  int ranks = 1;
  std::string slice;  ///< "32 chips (4x8)"
};

/// The degrees that a choice asks for; data takes what is left. Throws platform::Impossible, with the nearest that
/// work, where they do not divide the ranks or each other.
Degrees degrees_of(const PlanChoice& choice, const RankCount& count);

/// Layers, schedule and shard of a plan whose degrees and batch are known. Throws platform::Impossible for what the
/// model or the schedule cannot do, with the nearest that they can.
void lay_out_stages(const catalog::Workload& workload, const PlanChoice& choice, Plan& plan);

/// What ZeRO shares among whom. Throws platform::Impossible.
void share_states(const catalog::Stack& stack, const PlanChoice& choice, Plan& plan);

}  // namespace podsim::parallel
