#pragma once

#include "parallel/program.hpp"

#include <cstddef>
#include <vector>

namespace podsim::parallel {

/// Pieces of code in a row, of which many are the same.
struct Units {
  std::vector<int> order;                ///< numbers of pieces, one after the other
  std::vector<std::vector<int>> blocks;  ///< by number; no two are the same

  /// The number of a piece, which is added where there is none like it.
  int number(std::vector<int> piece);
};

/// The same blocks in the same order, what repeats itself as loops. `periods`: how many units a repetition may have.
std::vector<Loop> loops_of(const Units& units, const std::vector<size_t>& periods);

}  // namespace podsim::parallel
