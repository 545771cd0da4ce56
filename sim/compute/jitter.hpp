#pragma once

#include "catalog/spec/stack.hpp"

namespace podsim::compute {

/// Expected maximum of `count` independent standard normal numbers, exact but for 1e-9 of numerical
/// integration: 0 for one, 1/sqrt(pi) for two (David and Nagaraja, "Order Statistics").
double expected_maximum(double count);

/// Seconds by which the slowest of `ranks` ranks is expected to be late in a step of `step_seconds`.
double late_seconds(const catalog::Jitter& jitter, double step_seconds, double ranks);

}  // namespace podsim::compute
