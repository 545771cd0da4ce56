#pragma once

#include "results/file/column.hpp"
#include "results/file/output_file.hpp"
#include "results/provenance.hpp"
#include "run/account/result.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace podsim::results {

/// Points of a study, one row each, and the values that each axis takes.
struct StudyTable {
  std::vector<Column> points;   ///< equally long, names distinct
  std::vector<Column> axes;     ///< in study order, the last one fastest
  std::string inputs_digest{};  ///< of program and texts, in hexadecimal; empty: not known
  int64_t points_pending = 0;   ///< not simulated yet
};

/// Writes one run as HDF5 and commits the file; docs/results.md gives the layout.
/// Same arguments, same bytes. Throws WriteError.
void write_run(OutputFile& file, const run::RunResult& result, const Provenance& provenance);

/// Writes a study as HDF5 and commits the file; docs/results.md gives the layout.
/// Same arguments, same bytes. Throws WriteError.
void write_table(OutputFile& file, const StudyTable& table, const Provenance& provenance);

}  // namespace podsim::results
