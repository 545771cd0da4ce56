#pragma once

#include "study/point/outcome.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace podsim::study {

/// What a worker process hands over and a journal keeps: MessagePack of the list of points, each
/// {"status": ..., "reason": ... or "run": the JSON of a run}.
std::string outcomes_to_text(const std::vector<PointOutcome>& outcomes);

/// The inverse. Throws nlohmann::json::exception.
std::vector<PointOutcome> outcomes_from_text(std::string_view text);

}  // namespace podsim::study
