#pragma once

#include "catalog/spec/workload.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace podsim::run {

/// Examples that the workload's target takes at a batch, by its law of convergence. The law gives the
/// change from the recipe's batch to this one, and the recipe the length at its own.
///   constant_examples: none.
///   critical_batch:    (1 + B / B_crit) / (1 + B_recipe / B_crit), which is steps = S_min (1 + B_crit / B)
///                      (McCandlish et al. 2018, arXiv 1812.06162, eq. 5).
///   table:             straight lines between the measured points on logarithmic axes; below them the
///                      examples, above them the steps stay those of the last point.
double examples_to_target(const catalog::Workload& workload, double global_batch);

/// True unless the batch is outside the range where the law was seen to hold.
bool law_holds(const catalog::Convergence& convergence, double global_batch);

/// How long a run is.
struct TrainingLength {
  int64_t steps = 0;
  std::vector<std::string> notes;  ///< what was derived and not asked for, and what is doubtful
};

/// `asked` steps, or those that the target takes at this batch, rounded up.
TrainingLength training_length(const catalog::Workload& workload, int64_t global_batch, std::optional<int64_t> asked);

/// The largest of the recipe's batch times 1, 2, 4, ... up to which each doubling leaves the run at most
/// 1 / `least_gain` of its steps. Absent where nothing known ends the gain: the law is constant_examples
/// without a range.
std::optional<int64_t> largest_useful_batch(const catalog::Workload& workload, double least_gain);

}  // namespace podsim::run
