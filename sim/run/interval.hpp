#pragma once

#include "run/result.hpp"

namespace podsim::run {

/// Factor by which 80 % of unseen runs lie above or below a prediction that nothing was calibrated on:
/// the spread of this kind of model over runs of families left out one by one.
inline constexpr double kPriorFactor = 1.24;

/// The 80 % interval around a time, never below its physical bound.
Interval prior_interval(double seconds, double bound_seconds);

}  // namespace podsim::run
