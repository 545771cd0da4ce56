#include "platform/twist.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>

namespace podsim::platform {
namespace {

constexpr int kSmallestTwisted = 4;
constexpr int kMostRounds = 2;  ///< of each generator: more never leads to a shorter way

using Vector = std::array<int, 3>;

/// The vectors that lead from a chip back to itself, with the short axes first.
std::array<Vector, 3> generators(int n, bool one_long) {
  if (one_long) return {{{n, n, 0}, {n, 0, n}, {0, n, n}}};
  return {{{2 * n, 0, 0}, {0, 2 * n, 0}, {n, n, n}}};
}

std::vector<Vector> returns(int n, bool one_long) {
  const auto basis = generators(n, one_long);
  std::vector<Vector> all;
  for (int a = -kMostRounds; a <= kMostRounds; ++a) {
    for (int b = -kMostRounds; b <= kMostRounds; ++b) {
      for (int c = -kMostRounds; c <= kMostRounds; ++c) {
        Vector sum{};
        for (size_t k = 0; k < sum.size(); ++k)
          sum.at(k) = a * basis[0].at(k) + b * basis[1].at(k) + c * basis[2].at(k);
        all.push_back(sum);
      }
    }
  }
  return all;
}

/// Hops along each axis to `place`, the mean over its shortest ways.
std::array<double, 3> mean_hops(const Vector& place, const std::vector<Vector>& all_returns) {
  int least = std::numeric_limits<int>::max();
  double ways = 0;
  std::array<double, 3> sums{};
  for (const Vector& back : all_returns) {
    Vector hops{};
    for (size_t k = 0; k < hops.size(); ++k) hops.at(k) = std::abs(place.at(k) + back.at(k));
    const int length = hops[0] + hops[1] + hops[2];
    if (length > least) continue;
    if (length < least) {
      least = length;
      ways = 0;
      sums = {};
    }
    ++ways;
    for (size_t k = 0; k < hops.size(); ++k) sums.at(k) += hops.at(k);
  }
  for (double& sum : sums) sum /= ways;
  return sums;
}

}  // namespace

bool can_twist(const std::vector<int>& shape) {
  if (shape.size() != 3) return false;
  std::vector<int> sides = shape;
  std::sort(sides.begin(), sides.end());
  return sides[0] >= kSmallestTwisted && sides[2] == 2 * sides[0] && (sides[1] == sides[0] || sides[1] == sides[2]);
}

std::vector<double> twisted_hops(const std::vector<int>& shape) {
  const int n = *std::min_element(shape.begin(), shape.end());
  const bool one_long = std::count(shape.begin(), shape.end(), n) == 2;
  const auto all_returns = returns(n, one_long);
  std::array<double, 3> sums{};
  for (int x = 0; x < shape[0]; ++x) {
    for (int y = 0; y < shape[1]; ++y) {
      for (int z = 0; z < shape[2]; ++z) {
        const auto hops = mean_hops({x, y, z}, all_returns);
        for (size_t k = 0; k < sums.size(); ++k) sums.at(k) += hops.at(k);
      }
    }
  }
  const double chips = static_cast<double>(shape[0]) * shape[1] * shape[2];
  return {sums[0] / chips, sums[1] / chips, sums[2] / chips};
}

}  // namespace podsim::platform
