#pragma once

#include "results/hdf5.hpp"
#include "study/answer/compare.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace podsim::study {

/// What `podsim compare` prints: a row for each machine, then the fastest and the cheapest. At most 100 columns.
std::string to_table(const Comparison& comparison);

/// The public JSON "podsim/compare/1"; docs/studies.md lists the keys.
nlohmann::ordered_json to_json(const Comparison& comparison);

/// The columns of the HDF5 table: those of every study beside platform and chips.
results::StudyTable to_study_table(const Comparison& comparison);

}  // namespace podsim::study
