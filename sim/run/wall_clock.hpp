#pragma once

#include "run/account/result.hpp"
#include "run/layout.hpp"
#include "run/run.hpp"

namespace podsim::run {

/// Seconds of one evaluation: its forward passes over the whole slice, and the stack's overhead.
double evaluation_seconds(const RunRequest& request, const Layout& layout);

/// The hours of a run without faults, part by part, for a mean step of `step_seconds`. Fills the number
/// of checkpoints in `checkpoint`, if there is one: one each interval and one at the end.
WallParts wall_parts(const RunRequest& request, const Layout& layout, double step_seconds,
                     std::optional<Checkpoint>& checkpoint);

}  // namespace podsim::run
