#pragma once

#include "run/result.hpp"

#include <optional>
#include <string>

namespace podsim::run {

/// Weight of one measurement against the prior when it sets the device scale: a published step time carries
/// 5 to 10 % of noise, the prior an offset of about 12 %.
inline constexpr double kAnchorWeight = 0.6;

/// Device scales outside this range are more than software usually explains.
inline constexpr double kLeastPlausibleScale = 0.85;
inline constexpr double kMostPlausibleScale = 1.7;

/// What binds a step that tells nothing about the speed of the device, because less than half of it is
/// the device's: "network", "host" or "input", the largest of the other parts; absent otherwise.
std::optional<std::string> why_no_anchor(const Breakdown& step);

/// The factor on the device time (compute and optimiser) that makes the step take `measured_seconds`, the
/// other parts of `step` unchanged. Not positive where those alone take longer.
double implied_device_scale(const Breakdown& step, double measured_seconds);

bool is_plausible(const Calibration& calibration);

/// What to tell about a scale that is not plausible.
std::string implausible_note(const Calibration& calibration);

/// `implied` shrunk towards 1 by kAnchorWeight, in logarithms. `implied` is above 0.
double shrunk_device_scale(double implied);

}  // namespace podsim::run
