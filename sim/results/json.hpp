#pragma once

#include "run/account/result.hpp"

#include <nlohmann/json_fwd.hpp>

namespace podsim::results {

/// The public JSON of one run ("podsim/run/1"); docs/results.md lists the keys with their units.
/// The timeline stays out. Throws std::logic_error, naming the key, for a number that is not finite.
nlohmann::ordered_json to_json(const run::RunResult& result);

/// The inverse, without the timeline. Hours and kWh come back to seconds and joules within rounding.
/// Throws nlohmann::json::exception for a missing or mistyped key, std::runtime_error for another schema.
run::RunResult run_result_from_json(const nlohmann::ordered_json& json);

}  // namespace podsim::results
