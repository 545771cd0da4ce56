#pragma once

#include "catalog/spec/library.hpp"
#include "collective/schedule/operation.hpp"
#include "collective/schedule/schedule.hpp"
#include "collective/torus/torus_group.hpp"
#include "platform/network.hpp"
#include "platform/torus.hpp"

#include <vector>

namespace podsim::collective {

/// What an algorithm on a torus has at hand.
struct TorusTask {
  const platform::TorusNetwork& torus;
  platform::Network& network;     ///< of the torus' links; the algorithm adds its routes
  std::vector<int>& first_ranks;  ///< by route that it adds: of the group that sends over it
  const catalog::AlgorithmTiming& timing;
  int ranks_per_chip = 1;
  TorusGroup group;
  Demand demand;
  bool by_group = false;  ///< each route carries one group

  /// Groups that have the same chips, each with a rank of its own there.
  int groups_on_chip() const { return group.whole_chips ? 1 : ranks_per_chip; }
};

/// Adds a route for the group whose first rank it is. Returns its number.
int add_route(const TorusTask& task, int first_rank, std::vector<int> links);

/// Collectives along the axes of a torus. All-reduce: reduce-scatter axis by axis, then all-gather
/// back. The bytes are cut in as many parts as there are axes and each part starts on another axis, so
/// that all links work at once (Ying et al., "Image Classification at Supercomputer Scale", 2018: the
/// two-dimensional gradient summation). The ranks of one chip reduce among themselves first; what each
/// chip then holds is reduced across pods through the cards of its node. A ring or
/// line is one flow: a pipeline at the pace of its slowest link.
Schedule torus(const TorusTask& task);

}  // namespace podsim::collective
