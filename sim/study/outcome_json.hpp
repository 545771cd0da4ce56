#pragma once

#include "study/simulate.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace podsim::study {

/// What a worker process hands over: {"status": ..., "reason": ... or "run": {...}} for each point.
std::string outcomes_to_text(const std::vector<PointOutcome>& outcomes);
std::vector<PointOutcome> outcomes_from_text(const std::string& text);

}  // namespace podsim::study
