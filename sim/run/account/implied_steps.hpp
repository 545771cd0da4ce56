#pragma once

#include "catalog/spec/workload.hpp"
#include "run/account/result.hpp"

#include <optional>
#include <string>

namespace podsim::run {

/// For a recipe whose steps nobody published: how many the published hours make at the simulated step time,
/// and whether that is plausible. Absent where the steps are known, or no published run is beside the result.
std::optional<std::string> implied_steps_note(const RunResult& result, const catalog::Training& training);

}  // namespace podsim::run
