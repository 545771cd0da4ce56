#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace podsim::study {

/// One run on a curve of more and more chips.
struct CurvePoint {
  int64_t chips = 0;
  double hours = 0;
  std::optional<double> usd;  ///< on-demand price of the run; absent where the platform has none
};

/// What it brings to go from one point of a curve to the next.
struct Gain {
  double speedup = 1;                        ///< hours before over hours after
  double speedup_per_doubling = 1;           ///< speedup^(1 / log2(chips after / chips before))
  std::optional<double> extra_cost;          ///< dollars after over dollars before, less 1
  std::optional<double> usd_per_hour_saved;  ///< absent where no hour is saved; negative: faster and cheaper
};

/// `after` has more chips than `before`.
Gain gain_between(const CurvePoint& before, const CurvePoint& after);

/// Index of the knee: the last point up to which each doubling of the chips
/// makes the run at least `least_gain` times faster. The last index of the curve
/// means that more chips still pay at its end. `curve` is not empty, chips ascend.
std::size_t knee_of(const std::vector<CurvePoint>& curve, double least_gain);

}  // namespace podsim::study
