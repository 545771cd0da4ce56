#pragma once

#include "run/account/model_constants.hpp"
#include "run/account/result.hpp"

#include <optional>
#include <string>

namespace podsim::run {

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
