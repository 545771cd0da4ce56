#pragma once

#include "results/file/column.hpp"
#include "results/hdf5.hpp"
#include "study/answer/planner.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace podsim::study {

/// The answer, its runners-up, the front and what was left out; at most 100 columns.
std::string plan_table(const RunPlan& plan);

/// Schema podsim/plan/1.
nlohmann::ordered_json plan_json(const RunPlan& plan);

/// A front as the points of a study file.
results::StudyTable front_study_table(const std::vector<PlannedRun>& front);

}  // namespace podsim::study
