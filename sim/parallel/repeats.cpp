#include "parallel/repeats.hpp"

#include <algorithm>
#include <utility>

namespace podsim::parallel {
namespace {

/// How often the `period` units from `at` on come one after the other.
size_t times_of(const std::vector<int>& order, size_t at, size_t period) {
  size_t same = 0;
  while (at + period + same < order.size() && order[at + same] == order[at + same + period]) ++same;
  return at + period > order.size() ? 1 : 1 + same / period;
}

void append(std::vector<Loop>& loops, const Units& units, size_t first, size_t count, size_t times) {
  if (times > 1 || loops.empty() || loops.back().times > 1) loops.push_back({{}, static_cast<int64_t>(times)});
  std::vector<int>& blocks = loops.back().blocks;
  for (size_t i = first; i < first + count; ++i) {
    const std::vector<int>& unit = units.blocks[static_cast<size_t>(units.order[i])];
    blocks.insert(blocks.end(), unit.begin(), unit.end());
  }
}

}  // namespace

int Units::number(std::vector<int> piece) {
  const auto same = std::find(blocks.begin(), blocks.end(), piece);
  const auto number = static_cast<int>(same - blocks.begin());
  if (same == blocks.end()) blocks.push_back(std::move(piece));
  return number;
}

std::vector<Loop> loops_of(const Units& units, const std::vector<size_t>& periods) {
  std::vector<Loop> loops;
  for (size_t at = 0; at < units.order.size();) {
    size_t period = 1;
    size_t times = 1;
    for (const size_t candidate : periods) {
      const size_t found = times_of(units.order, at, candidate);
      if (found > 1 && found * candidate > times * period) {
        period = candidate;
        times = found;
      }
    }
    append(loops, units, at, period, times);
    at += period * times;
  }
  return loops;
}

}  // namespace podsim::parallel
