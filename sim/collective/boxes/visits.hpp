#pragma once

#include "platform/boxes.hpp"

#include <vector>

namespace podsim::collective {

/// Chips of one box in the order in which a ring or path visits them.
using Visit = std::vector<int>;

/// The rings over some chips of a box. Behind a switch all rings are alike and one stands for them.
/// Else the most directed rings that share no NVLink in a direction (six on a whole DGX-1V, three
/// cycles both ways round); where NVLink has no ring at all, one that visits the chips in order, over PCIe.
std::vector<Visit> rings_in_box(const platform::BoxesNetwork& boxes, const std::vector<int>& members);

/// The way of one network card through the members in a box.
struct CardPath {
  int card = 0;
  Visit visit;
};

/// For each card that is nearest to a member a path over all members. Below a switch it starts at the
/// card's chip; else it goes from the first to the last member below the card's PCIe switch, each NVLink
/// used once in a direction where that is possible. A path that NVLink does not have visits the members in
/// order, and its hops cross the PCIe tree.
std::vector<CardPath> paths_between_cards(const platform::BoxesNetwork& boxes, const std::vector<int>& members);

}  // namespace podsim::collective
