#include "parallel/plan/split.hpp"

#include <algorithm>

namespace podsim::parallel {

std::vector<int> balanced_split(int blocks, int stages) {
  if (blocks % stages == 0) return std::vector<int>(static_cast<size_t>(stages), blocks / stages);
  const int units = blocks + 2;
  std::vector<int> split(static_cast<size_t>(stages), units / stages);
  const int left = units % stages;
  // Slow stages late cost more: the first of the inner ones take what is left over.
  for (int i = 0; i < left; ++i) ++split[static_cast<size_t>(std::min(i + 1, stages - 1))];
  --split.front();
  --split.back();
  if (*std::min_element(split.begin(), split.end()) < 1) return {};
  return split;
}

}  // namespace podsim::parallel
