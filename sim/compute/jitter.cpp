#include "compute/jitter.hpp"

#include <cmath>
#include <numbers>

namespace podsim::compute {

namespace {

constexpr double kReach = 12;      // beyond it the density of any expected count is nothing
constexpr double kSpacing = 0.08;  // the trapezoidal rule is exact to 1e-9 for so smooth a function
constexpr double kNothing = 1e-20;

/// Density of the maximum at x: count phi(x) Phi(x)^(count-1).
double density(double x, double count) {
  const double below = std::log1p(-0.5 * std::erfc(x / std::numbers::sqrt2));
  return count * std::exp((count - 1) * below - 0.5 * x * x) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
}

}  // namespace

double expected_maximum(double count) {
  if (count <= 1) return 0;
  double sum = 0;
  double mass = 0;
  const int half = static_cast<int>(kReach / kSpacing);
  for (int i = half; i >= -half; --i) {
    const double here = density(i * kSpacing, count);
    sum += i * kSpacing * here;
    mass += here;
    if (here < kNothing * mass) break;  // past the bulk the density only falls
  }
  return sum * kSpacing;
}

double late_seconds(const catalog::Jitter& jitter, double step_seconds, double ranks) {
  const double share =
      jitter.long_steps + (jitter.short_steps - jitter.long_steps) / (1 + step_seconds / jitter.knee_seconds);
  return share > 0 ? step_seconds * share * expected_maximum(ranks) : 0;
}

}  // namespace podsim::compute
