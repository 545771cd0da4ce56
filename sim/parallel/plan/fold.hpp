#pragma once

#include "parallel/plan/plan.hpp"
#include "platform/node_fold.hpp"

#include <string>

namespace podsim::parallel {

/// Which nodes of a layout do the same at the same time.
struct Fold {
  platform::NodeFold nodes;
  std::string reason;  ///< why they are folded so, or not at all
};

/// All ranks of a stage do the same: so do the nodes that hold ranks of one stage alone, or the same stages. A torus with
/// several stages is represented as it is.
Fold fold_of(const Plan& plan, const catalog::Platform& platform);

}  // namespace podsim::parallel
