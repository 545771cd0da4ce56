#pragma once

#include "platform/nvlink_boxes.hpp"

#include <vector>

namespace podsim::collective {

/// Chips of one box in the order in which a ring or path visits them.
using Visit = std::vector<int>;

/// The most directed rings over all chips of a box that share no NVLink in a direction (six on a
/// whole DGX-1V, three cycles both ways round); empty where NVLink has no ring at all.
std::vector<Visit> nvlink_rings(const platform::NvlinkBoxesNetwork& boxes);

/// For each network card a path over all chips of a box, from the first to the last chip below the
/// card's PCIe switch, each NVLink used once in a direction where that is possible. A path that
/// NVLink does not have visits the chips in order, and its hops cross the PCIe tree.
std::vector<Visit> paths_between_cards(const platform::NvlinkBoxesNetwork& boxes);

}  // namespace podsim::collective
