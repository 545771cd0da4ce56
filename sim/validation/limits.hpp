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
  std::optional<double> blind;
  std::optional<double> stack_class;
  std::optional<double> anchor;
};

using Limits = std::map<std::string, FamilyLimits>;

/// Reads "podsim/limits/1": families, each with blind_mape, class_mape and anchor_mape. Throws InputError.
Limits read_limits(const std::filesystem::path& path);

/// What is worse than it may be, a line each: a family or mode above its limit, a row without a prediction, a
/// family without limits, limits without a family. Empty if all is well.
std::vector<std::string> breaches(const Validation& validation, const Limits& limits);

}  // namespace podsim::validation
