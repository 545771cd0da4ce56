#pragma once

#include "collective/schedule/operation.hpp"
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

/// The axes that a group spans, or the one that it has a part of, in one pod; all chips of all pods; or the chips
/// of one place in all pods. Throws platform::Impossible where its ranks are nothing of that.
TorusGroup torus_group(const Group& group, const platform::TorusNetwork& torus, int ranks_per_chip);

}  // namespace podsim::collective
