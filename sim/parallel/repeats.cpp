#include "parallel/repeats.hpp"

namespace podsim::parallel {
namespace {

using Units = std::vector<std::vector<int>>;

/// How often the `period` units from `at` on come one after the other.
size_t times_of(const Units& units, size_t at, size_t period) {
  size_t same = 0;
  while (at + period + same < units.size() && units[at + same] == units[at + same + period]) ++same;
  return at + period > units.size() ? 1 : 1 + same / period;
}

void append(std::vector<Loop>& loops, const Units& units, size_t first, size_t count, size_t times) {
  if (times > 1 || loops.empty() || loops.back().times > 1) loops.push_back({{}, static_cast<int64_t>(times)});
  std::vector<int>& blocks = loops.back().blocks;
  for (size_t i = first; i < first + count; ++i) blocks.insert(blocks.end(), units[i].begin(), units[i].end());
}

}  // namespace

std::vector<Loop> loops_of(const Units& units, const std::vector<size_t>& periods) {
  std::vector<Loop> loops;
  for (size_t at = 0; at < units.size();) {
    size_t period = 1;
    size_t times = 1;
    for (const size_t candidate : periods) {
      const size_t found = times_of(units, at, candidate);
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
