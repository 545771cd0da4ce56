#include "parallel/plan/split.hpp"

#include <algorithm>

namespace podsim::parallel {

std::vector<int> balanced_split(int blocks, int stages) {
  if (blocks < stages) return {};
  if (blocks % stages == 0) return std::vector<int>(static_cast<size_t>(stages), blocks / stages);
  // With too few blocks to spare some at the ends, these have no more than the others.
  const bool spares = blocks + 2 >= 2 * stages;
  const int units = spares ? blocks + 2 : blocks;
  std::vector<int> split(static_cast<size_t>(stages), units / stages);
  const int left = units % stages;
  // Slow stages late cost more: the first of the inner ones take what is left over.
  for (int i = 0; i < left; ++i) ++split[static_cast<size_t>(std::min(i + 1, stages - 1))];
  if (spares) {
    --split.front();
    --split.back();
  }
  return split;
}

}  // namespace podsim::parallel
