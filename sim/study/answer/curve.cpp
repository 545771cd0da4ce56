#include "study/answer/curve.hpp"

#include <cmath>

namespace podsim::study {

Gain gain_between(const CurvePoint& before, const CurvePoint& after) {
  Gain gain;
  gain.speedup = before.hours / after.hours;
  const double doublings = std::log2(static_cast<double>(after.chips) / static_cast<double>(before.chips));
  gain.speedup_per_doubling = doublings == 1 ? gain.speedup : std::pow(gain.speedup, 1 / doublings);
  if (!before.usd || !after.usd) return gain;
  if (*before.usd > 0) gain.extra_cost = *after.usd / *before.usd - 1;
  if (after.hours < before.hours) gain.usd_per_hour_saved = (*after.usd - *before.usd) / (before.hours - after.hours);
  return gain;
}

std::size_t knee_of(const std::vector<CurvePoint>& curve, double least_gain) {
  std::size_t knee = 0;
  while (knee + 1 < curve.size() && gain_between(curve[knee], curve[knee + 1]).speedup_per_doubling >= least_gain) {
    ++knee;
  }
  return knee;
}

}  // namespace podsim::study
