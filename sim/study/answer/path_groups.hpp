#pragma once

#include "study/answer/critical_path.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace podsim::study {

/// All that a stretch of a critical path has of one category.
struct PathShare {
  std::string category;
  double seconds = 0;
  std::string longest;  ///< of its parts the name of the longest
};

/// Parts of a critical path in a row: one, the same ones again and again (layers, micro-batches), or a few.
struct PathGroup {
  int64_t times = 1;                ///< how often they repeat
  int64_t parts = 1;                ///< all
  double seconds = 0;               ///< all
  PathPart part;                    ///< where there is one alone
  std::vector<PathShare> shares{};  ///< else, longest first
};

/// A critical path in at most `most` groups, which sum to it. What repeats itself is put together, then the shortest
/// neighbours. Parts of one category with the same longest operation and as many count as the same.
std::vector<PathGroup> path_groups(const std::vector<PathPart>& path, std::size_t most);

}  // namespace podsim::study
