#include "run/account/calibration.hpp"

#include <fmt/format.h>

#include <cmath>

namespace podsim::run {
namespace {

double device_seconds(const Breakdown& step) { return step.compute_seconds + step.optimizer_seconds; }

}  // namespace

std::optional<std::string> why_no_anchor(const Breakdown& step) {
  if (2 * device_seconds(step) >= step.total_seconds()) return std::nullopt;
  const double network = step.exposed_communication_seconds + step.pipeline_bubble_seconds;
  if (network >= step.overhead_seconds && network >= step.input_seconds) return "network";
  return step.overhead_seconds >= step.input_seconds ? "host" : "input";
}

double implied_device_scale(const Breakdown& step, double measured_seconds) {
  return (measured_seconds - step.total_seconds()) / device_seconds(step) + 1;
}

bool is_plausible(const Calibration& calibration) {
  return calibration.implied_scale >= kLeastPlausibleScale && calibration.implied_scale <= kMostPlausibleScale;
}

std::string implausible_note(const Calibration& calibration) {
  return fmt::format(
      "the measurement implies a device scale of {:.2f}, outside {} - {}: check that its batch, precision, padding "
      "and software are those of this run",
      calibration.implied_scale, kLeastPlausibleScale, kMostPlausibleScale);
}

double shrunk_device_scale(double implied) { return std::pow(implied, kAnchorWeight); }

}  // namespace podsim::run
