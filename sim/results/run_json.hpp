#pragma once

#include "run/account/result.hpp"

#include <nlohmann/json_fwd.hpp>
#include <optional>

namespace podsim::results {

// Parts of the JSON of a run, there and back. Absent values are null.
void put_plan(nlohmann::ordered_json& json, const parallel::PlanChoice& plan);
parallel::PlanChoice plan_from(const nlohmann::ordered_json& json);

nlohmann::ordered_json breakdown_json(const run::Breakdown& breakdown);
run::Breakdown breakdown_from(const nlohmann::ordered_json& json);

nlohmann::ordered_json target_json(const run::StepsToTarget& target);
run::StepsToTarget target_from(const nlohmann::ordered_json& json);

nlohmann::ordered_json wall_parts_json(const run::WallParts& parts);
run::WallParts wall_parts_from(const nlohmann::ordered_json& json);

nlohmann::ordered_json checkpoint_json(const std::optional<run::Checkpoint>& checkpoint);
std::optional<run::Checkpoint> checkpoint_from(const nlohmann::ordered_json& json);

nlohmann::ordered_json forecast_json(const std::optional<run::FaultForecast>& forecast);
std::optional<run::FaultForecast> forecast_from(const nlohmann::ordered_json& json);

}  // namespace podsim::results
