#pragma once

#include "run/account/result.hpp"
#include "run/layout.hpp"
#include "run/run.hpp"

namespace podsim::run {

/// Least seconds of the forward passes of one global batch, mean over the phases: the work of the slowest stage.
double forward_work_seconds(const RunRequest& request, const Layout& layout);

/// Seconds of one evaluation: its forward passes over the whole slice, `forward_seconds` for each global batch, and the
/// stack's overhead.
double evaluation_seconds(const RunRequest& request, const Layout& layout, double forward_seconds);

/// Means over the phases.
struct StepTimes {
  double step_seconds = 0;
  double forward_seconds = 0;  ///< of its forward passes alone
};

/// The hours of a run without faults, part by part. Fills the number of checkpoints in `checkpoint`, if there is one: one
/// each interval and one at the end.
WallParts wall_parts(const RunRequest& request, const Layout& layout, const StepTimes& times,
                     std::optional<Checkpoint>& checkpoint);

}  // namespace podsim::run
