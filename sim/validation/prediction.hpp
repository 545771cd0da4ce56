#pragma once

#include "run/account/result.hpp"
#include "study/point/simulate.hpp"
#include "validation/measured_run.hpp"

#include <string>
#include <variant>
#include <vector>

namespace podsim::validation {

/// A row as simulated. All seconds are of what the row's number counts: one step, or the
/// whole run; a scaling efficiency e stands as 1/e seconds beside 1/e.
struct Prediction {
  double seconds = 0;
  double measured_seconds = 0;
  double bound_seconds = 0;
  run::Breakdown breakdown{};  ///< of `seconds`; empty for a scaling efficiency
  double steps = 0;            ///< how many steps `seconds` holds
  int chips = 0;
  double flops = 0;                  ///< model FLOPs in `seconds`; 0 for a scaling efficiency
  double peak_flops_per_second = 0;  ///< data-sheet peak of one chip in the format of the stack
  std::string stack{};
  bool fits = true;
};

/// Or why there is none.
using Predicted = std::variant<Prediction, std::string>;

/// Beside each row the factor on its device time.
struct ScaledRow {
  const MeasuredRun* run = nullptr;
  double device_scale = 1;
};

/// Simulates the rows in forked processes and returns their predictions in the same order.
std::vector<Predicted> predict(const catalog::Catalog& catalog, const std::vector<ScaledRow>& rows,
                               const study::SimulateOptions& options);

}  // namespace podsim::validation
