#pragma once

#include "validation/validation.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace podsim::validation {

/// The largest mean errors that a family may have, fractions; absent: no limit.
struct FamilyLimits {
  std::optional<double> blind{};
  std::optional<double> stack_class{};
  std::optional<double> anchor{};
};

struct Limits {
  std::map<std::string, FamilyLimits> families;
  double margin = 0;  ///< that an error may lie above its limit, a fraction
};

/// Reads "podsim/limits/1": families, each with blind_mape, class_mape and anchor_mape, and perhaps a margin of all.
/// With `far_off_above` a family of a larger blind_mape must say in `far_off` what is known of it, and no other may.
/// Throws InputError.
Limits read_limits(const std::filesystem::path& path);

/// What is worse than it may be, a line each: a family or mode above its limit, a row without a prediction, a
/// family without limits, limits without a family. Empty if all is well.
std::vector<std::string> breaches(const Validation& validation, const Limits& limits);

/// Limits that lie more than the margin above the error of today, a line each: below them a family could get worse
/// unseen.
std::vector<std::string> loose(const Validation& validation, const Limits& limits);

}  // namespace podsim::validation
