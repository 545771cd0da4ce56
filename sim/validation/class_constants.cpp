#include "validation/class_constants.hpp"

#include "run/account/model_constants.hpp"
#include "validation/model_constants.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <utility>

namespace podsim::validation {
namespace {

constexpr int kRounds = 20;  ///< of reweighting

constexpr std::size_t kUnknowns = 3;
using Vector = std::array<double, kUnknowns>;
using Matrix = std::array<Vector, kUnknowns>;

/// Solves a symmetric, positive definite system by Gauss's elimination.
Vector solve(Matrix a, Vector b) {
  for (std::size_t i = 0; i < kUnknowns; ++i) {
    for (std::size_t row = i + 1; row < kUnknowns; ++row) {
      const double factor = a[row][i] / a[i][i];
      for (std::size_t column = i; column < kUnknowns; ++column) a[row][column] -= factor * a[i][column];
      b[row] -= factor * b[i];
    }
  }
  Vector x{};
  for (std::size_t i = kUnknowns; i-- > 0;) {
    double rest = b[i];
    for (std::size_t column = i + 1; column < kUnknowns; ++column) rest -= a[i][column] * x[column];
    x[i] = rest / a[i][i];
  }
  return x;
}

/// What one unit of each unknown adds, over the measured time.
Vector slopes(const ClassRow& row) {
  const double host = row.grows ? 1 / row.measured_seconds : 0;
  return {row.device_seconds / row.measured_seconds, host, host * row.doublings};
}

/// Relative error left with these changes of scale, fixed and per-doubling time.
double residual(const ClassRow& row, const Vector& change) {
  const Vector slope = slopes(row);
  double left = 1 - (row.other_seconds + row.device_seconds) / row.measured_seconds;
  for (std::size_t i = 0; i < kUnknowns; ++i) left -= slope[i] * change[i];
  return left;
}

/// Variance of ln(time) of a row around the study that is predicted.
double variance(const ClassRow& row) {
  return run::kClassDeviceSpread * run::kClassDeviceSpread * row.rows_of_study + run::kNoiseSpread * run::kNoiseSpread;
}

}  // namespace

ClassConstants estimate(const std::vector<ClassRow>& rows) {
  Vector change{};
  for (int round = 0; round < kRounds; ++round) {
    Matrix a{};
    Vector b{};
    const Vector spreads = {run::kPriorDeviceSpread, kFixedSpread, kDoublingSpread};
    for (std::size_t i = 0; i < kUnknowns; ++i) a[i][i] = 1 / (spreads[i] * spreads[i]);
    for (const ClassRow& row : rows) {
      const double error = residual(row, change);
      const double squares = error * error / variance(row);
      const double weight = (run::kDegreesOfFreedom + 1) / (run::kDegreesOfFreedom + squares) / variance(row);
      const Vector slope = slopes(row);
      const double target = residual(row, {});
      for (std::size_t i = 0; i < kUnknowns; ++i) {
        for (std::size_t j = 0; j < kUnknowns; ++j) a[i][j] += weight * slope[i] * slope[j];
        b[i] += weight * slope[i] * target;
      }
    }
    change = solve(a, b);
  }
  return {.device_scale = 1 + change[0], .fixed_seconds = change[1], .per_doubling_seconds = change[2]};
}

}  // namespace podsim::validation
