#pragma once

#include "results/hdf5.hpp"
#include "study/answer/scale.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace podsim::study {

/// The knee in plain words, with its rule.
std::string knee_text(const Scaling& scaling);

/// What `podsim scale` prints: a row for each number of chips, then the knee. At most 100 columns.
std::string to_table(const Scaling& scaling);

/// The public JSON "podsim/scale/1"; docs/studies.md lists the keys.
nlohmann::ordered_json to_json(const Scaling& scaling);

/// The columns of the HDF5 table: those of every study and the figures of scaling.
results::StudyTable to_study_table(const Scaling& scaling);

}  // namespace podsim::study
