#pragma once

#include "parallel/program.hpp"

#include <cstddef>
#include <vector>

namespace podsim::parallel {

/// The same blocks in the same order as `units` one after the other, what repeats itself as loops. `periods`: how many
/// units a repetition may have.
std::vector<Loop> loops_of(const std::vector<std::vector<int>>& units, const std::vector<size_t>& periods);

}  // namespace podsim::parallel
