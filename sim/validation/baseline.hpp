#pragma once

#include "validation/prediction.hpp"

#include <optional>
#include <vector>

namespace podsim::validation {

/// A row and the family that it belongs to.
struct FamilyPrediction {
  std::size_t family = 0;
  const Prediction* prediction = nullptr;
};

/// What a spreadsheet says: the row's FLOPs at the utilisation that the other families reach on chips of the
/// same peak (geometric mean of their geometric means), on any chip where there are none. Absent for a scaling
/// efficiency and where there is no other family.
std::optional<double> constant_utilisation_seconds(const FamilyPrediction& row,
                                                   const std::vector<FamilyPrediction>& all);

/// The anchor's measured time per FLOP and chip, at the row's FLOPs and chips.
double linear_scaling_seconds(const Prediction& row, const Prediction& anchor);

/// FLOPs over seconds, chips and peak.
double utilisation(const Prediction& row, double seconds);

}  // namespace podsim::validation
