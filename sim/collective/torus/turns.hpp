#pragma once

#include "collective/torus/torus_group.hpp"

#include <cstddef>
#include <map>
#include <vector>

namespace podsim::collective {

/// Bytes that each line of an axis passes on in one turn, by position in the group's lines.
using Turn = std::map<size_t, double>;

/// Share of the bytes whose first axis is each line: in proportion to how fast it scatters, so that
/// the first and largest turn ends everywhere at once.
std::vector<double> part_shares(const std::vector<TorusLine>& lines);

/// What every member of a line passes on in each turn of a reduce-scatter.
std::vector<Turn> scatter_turns(const std::vector<TorusLine>& lines);

/// The same of a broadcast: every part goes along every axis as a whole.
std::vector<Turn> broadcast_turns(const std::vector<TorusLine>& lines);

}  // namespace podsim::collective
