#pragma once

#include "catalog/spec/platform.hpp"
#include "parallel/plan/plan.hpp"
#include "platform/node_fold.hpp"
#include "platform/slice.hpp"

#include <string>

namespace podsim::parallel {

/// Which ranks and nodes of a layout do the same at the same time.
struct Fold {
  bool ranks = true;  ///< one rank of each stage stands for all of it
  platform::NodeFold nodes;
  std::string reason;  ///< why they are folded so, or not at all
};

/// All ranks of a stage do the same: so do the nodes that hold ranks of one stage alone, or the same stages. A torus with
/// several stages is represented as it is. Where groups lie on parts of its axes, some of its links carry more than
/// others, and no rank stands for another.
Fold fold_of(const Plan& plan, const catalog::Platform& platform, const platform::Slice& slice);

/// Ranks above which such a torus is folded all the same: its links then carry what they do on average.
inline constexpr int kMostUnfoldedRanks = 2048;

}  // namespace podsim::parallel
