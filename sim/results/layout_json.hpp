#pragma once

#include "run/account/result.hpp"

#include <nlohmann/json_fwd.hpp>

namespace podsim::results {

/// Memory of a rank by what needs it; of the stage that needs most.
nlohmann::ordered_json memory_json(const parallel::MemoryNeed& memory);

/// Adds `layout`, `stages` and `exposed_communication_by_group_seconds` of a result that has a layout.
void put_layout(nlohmann::ordered_json& json, const run::RunResult& result);

/// The way back, of both.
parallel::MemoryNeed memory_from(const nlohmann::ordered_json& result);
void take_layout(run::RunResult& result, const nlohmann::ordered_json& json);

}  // namespace podsim::results
