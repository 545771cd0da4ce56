#pragma once

namespace podsim::validation {

// Beside the spreads of run/account/model_constants.hpp.

/// Seconds: standard deviations of a class's host time per step, and of its growth with each doubling of the chips, around
/// the shipped ones. Assumed: TensorFlow's estimator on TPU, the only class with such terms, takes up to a
/// quarter of a second on hundreds of chips, and some 18 ms more with each doubling.
inline constexpr double kFixedSpread = 0.050;
inline constexpr double kDoublingSpread = 0.010;

/// A fixed 80 % interval to beat: times or divided by this. It is what the prior's spread comes to where all of a step is
/// device time, exp(1.5332 hypot(0.125, 0.065)), rounded.
inline constexpr double kFixedFactor = 1.24;

/// Assumed: below this scale a measured time leaves the device next to nothing, and the point says nothing about it.
inline constexpr double kLeastScale = 0.2;

}  // namespace podsim::validation
