#pragma once

#include "parallel/plan/plan.hpp"

#include <string>

namespace podsim::run {

/// Why a group of a layout cannot be, told by the degrees that make the groups; `reason` tells it by its size and
/// distance, as `podsim collective` asks for groups. Other reasons are as they are.
std::string told_by_degrees(const std::string& reason, const parallel::Plan& plan);

}  // namespace podsim::run
