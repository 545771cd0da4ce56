#include "run/interval.hpp"

#include <algorithm>
#include <cmath>

namespace podsim::run {
namespace {

/// 90 % quantile of Student's t with four degrees of freedom: a tenth of the runs lies beyond it on each side.
constexpr double kQuantile = 1.5332;

}  // namespace

std::string name_of(Evidence evidence) {
  switch (evidence) {
    case Evidence::stack_class: return "class";
    case Evidence::anchor: return "anchor";
    case Evidence::prior: break;
  }
  return "prior";
}

Spread spread_of(Evidence evidence) {
  switch (evidence) {
    case Evidence::stack_class: return {.offset = 0.11, .noise = 0.065};
    case Evidence::anchor: return {.offset = 0.05, .noise = 0.065};
    case Evidence::prior: break;
  }
  return {.offset = 0.125, .noise = 0.065};
}

IntervalFactors interval_factors(Evidence evidence) {
  const Spread spread = spread_of(evidence);
  const double factor = std::exp(kQuantile * std::hypot(spread.offset, spread.noise));
  return {.low = 1 / factor, .high = factor};
}

Interval interval(double seconds, double bound_seconds, Evidence evidence) {
  const IntervalFactors factors = interval_factors(evidence);
  return {.value = seconds, .low = std::max(bound_seconds, seconds * factors.low), .high = seconds * factors.high};
}

}  // namespace podsim::run
