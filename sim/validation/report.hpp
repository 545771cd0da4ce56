#pragma once

#include "results/hdf5.hpp"
#include "validation/validation.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace podsim::validation {

/// Families, modes and baselines in at most 100 columns.
std::string to_table(const Validation& validation);

/// Every row: measured, predicted in each mode, and what its number counts.
std::string to_row_table(const Validation& validation);

/// "podsim/validate/1"; docs/accuracy.md lists the keys.
nlohmann::ordered_json to_json(const Validation& validation);

/// The rows as columns, for HDF5. There are no axes.
results::StudyTable to_study_table(const Validation& validation);

}  // namespace podsim::validation
