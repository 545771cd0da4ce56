#pragma once

#include "catalog/lookup/catalog.hpp"
#include "results/hdf5.hpp"
#include "study/grid/study_file.hpp"
#include "study/point/outcome.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace podsim::study {

/// A study and what became of its points, in study order.
struct Sweep {
  Study study;
  std::vector<PointOutcome> outcomes;
  std::vector<catalog::InputText> inputs;

  std::size_t count(const std::string& status) const;
};

/// What `podsim sweep` prints: a row for each point, of long studies for the first only. At most 100 columns.
std::string to_table(const Sweep& sweep);

/// The public JSON "podsim/sweep/1"; docs/studies.md lists the keys.
nlohmann::ordered_json to_json(const Sweep& sweep);

/// The table of points for HDF5: the axes, then the columns of every study.
results::StudyTable to_study_table(const Sweep& sweep);

}  // namespace podsim::study
