#pragma once

#include "catalog/lookup/catalog.hpp"
#include "study/point/simulate.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::study {

/// A platform and how much of it; without chips its smallest slice.
struct Machine {
  std::string platform;
  std::optional<int64_t> chips;
};

/// Reads "PLATFORM" or "PLATFORM:CHIPS". Throws InputError.
Machine parse_machine(const std::string& text);

struct CompareSpec {
  RunSpec run;  ///< what all machines share; its platform and chips are not used
  std::vector<Machine> machines;
};

/// The same run on one machine, or why it cannot be.
struct ComparePoint {
  Machine machine;
  PointOutcome outcome;
  std::string to_fit;    ///< what was chosen so that it fits into memory (study/fitted_run.hpp)
  std::string layout{};  ///< options of the layout that a search chose; empty without one

  /// The result; null where there is none.
  const run::RunResult* result() const { return std::get_if<run::RunResult>(&outcome); }
  /// Whether it has a result that fits into memory: only these are ranked.
  bool ranked() const { return result() != nullptr && result()->memory.fits(); }
};

/// One workload on several machines.
struct Comparison {
  std::string workload;
  std::vector<ComparePoint> points;     ///< in the order asked for
  std::optional<std::size_t> fastest;   ///< index of the shortest time
  std::optional<std::size_t> cheapest;  ///< index of the lowest on-demand price
  std::vector<catalog::InputText> inputs;
};

/// Simulates the workload on each machine. Throws InputError for a name that does not exist and where no machine can
/// run it, std::runtime_error when a simulation breaks.
Comparison compare(const catalog::Catalog& catalog, const CompareSpec& spec);

/// Ranks outcomes that belong to `machines`.
Comparison comparison_of(const std::string& workload, const std::vector<Machine>& machines,
                         const std::vector<PointOutcome>& outcomes);

}  // namespace podsim::study
