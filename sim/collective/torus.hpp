#pragma once

#include "catalog/spec/library.hpp"
#include "collective/operation.hpp"
#include "collective/schedule.hpp"
#include "platform/network.hpp"
#include "platform/torus.hpp"

#include <vector>

namespace podsim::collective {

/// Lines of chips along one axis that a group uses.
struct TorusLine {
  int axis = 0;
  int size = 1;
  bool ring = false;  ///< the line closes
};

/// A group on a torus, or on several joined by the data-centre network.
struct TorusGroup {
  std::vector<TorusLine> lines;  ///< longer than one chip
  int pods = 1;
  bool whole_chips = true;  ///< it has all ranks of its chips
};

/// What an algorithm on a torus has at hand.
struct TorusTask {
  const platform::TorusNetwork& torus;
  platform::Network& network;  ///< of the torus' links; the algorithm adds its routes
  const catalog::AlgorithmTiming& timing;
  int ranks_per_chip = 1;
  TorusGroup group;
  Demand demand;
};

/// The axes that a group spans, or the one that it has a part of, in one pod; all chips of all pods; or the chips
/// of one place in all pods. Throws platform::Impossible where its ranks are nothing of that.
TorusGroup torus_group(const Group& group, const platform::TorusNetwork& torus, int ranks_per_chip);

/// Collectives along the axes of a torus. All-reduce: reduce-scatter axis by axis, then all-gather
/// back. The bytes are cut in as many parts as there are axes and each part starts on another axis, so
/// that all links work at once (Ying et al., "Image Classification at Supercomputer Scale", 2018: the
/// two-dimensional gradient summation). The ranks of one chip reduce among themselves first; what each
/// chip then holds is reduced across pods through the cards of its node. A ring or
/// line is one flow: a pipeline at the pace of its slowest link.
Schedule torus(const TorusTask& task);

}  // namespace podsim::collective
