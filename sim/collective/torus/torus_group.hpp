#pragma once

#include "collective/schedule/operation.hpp"
#include "platform/torus.hpp"

#include <vector>

namespace podsim::collective {

/// Lines of chips along one axis that a group uses.
struct TorusLine {
  int axis = 0;
  int size = 1;
  int stride = 1;     ///< hops from a chip to the next; as many lines of such groups share the links
  bool ring = false;  ///< the line closes
};

/// A group on a torus, or on several joined by the data-centre network.
struct TorusGroup {
  std::vector<TorusLine> lines;  ///< longer than one chip
  int pods = 1;
  bool whole_chips = true;  ///< it has all ranks of its chips, not one of each
  bool pair = false;        ///< two ranks anywhere
};

/// How ranks at a distance lie on the axes, ranks of a chip before the first: all of some axes next to each other, of the
/// first every so many places, of the last a part; all pods or one. Two ranks of a place may lie anywhere. Throws
/// platform::Impossible where they lie in another way.
TorusGroup torus_group(const Demand& demand, const platform::TorusNetwork& torus, int ranks_per_chip);

}  // namespace podsim::collective
