#pragma once

#include <vector>

namespace podsim::validation {

/// Constants of a class of software, beside those that its stack file ships.
struct ClassConstants {
  double device_scale = 1;          ///< on the device time
  double fixed_seconds = 0;         ///< more host time per step
  double per_doubling_seconds = 0;  ///< more host time for each doubling of the chips
};

/// One row as the estimate sees it: means over its steps, in seconds.
struct ClassRow {
  double other_seconds = 0;   ///< what the device scale leaves alone
  double device_seconds = 0;  ///< compute and optimiser, at the shipped constants
  double doublings = 0;       ///< log2 of the chips
  double measured_seconds = 0;
  bool grows = false;  ///< the stack has a cost per doubling: its two host constants are estimated too
  /// Rows of the same family in the estimate, which together count as one study with an offset of its own. 0: the
  /// row belongs to the study that is predicted and shares its offset.
  int rows_of_study = 1;
};

/// The constants that make `measured = other + scale x device + fixed + doublings x per_doubling` hold best:
/// least squares of relative errors, each weighed as Student's t with four degrees of freedom weighs it
/// (a row far off counts little), and each constant held by a prior: the scale at 1 +- 0.125, the fixed time
/// at 0 +- 50 ms, the time per doubling at 0 +- 10 ms beside the shipped one. No row: the prior.
ClassConstants estimate(const std::vector<ClassRow>& rows);

}  // namespace podsim::validation
