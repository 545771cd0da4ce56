#pragma once

#include "collective/schedule/operation.hpp"
#include "platform/boxes.hpp"

#include <vector>

namespace podsim::collective {

/// How groups lie on boxes: every group has `chips` members in each of `nodes` nodes, and all nodes
/// look the same.
struct BoxesGroup {
  int chips = 1;
  int chip_stride = 1;
  int nodes = 1;
  int node_stride = 1;
  bool shifted = false;  ///< one member in each node, on chips that differ from node to node

  int size() const { return chips * nodes; }
  /// The chips of a node in the group whose lowest chip there is `first`.
  std::vector<int> members(int first) const;
};

/// Throws platform::Impossible where the groups do not lie alike on all nodes.
BoxesGroup boxes_group(const Demand& demand, const platform::BoxesNetwork& boxes);

/// One group where it is represented: of nodes that are alike the first is there.
struct GroupOnBoxes {
  int first_rank = 0;
  int group_nodes = 1;     ///< of the group in the slice
  std::vector<int> chips;  ///< in each of its nodes; of a shifted group that of the first
  std::vector<int> nodes;  ///< represented
  std::vector<int> next;   ///< the slice's node that follows each of them in the group
  /// Of a shifted group: the chip in each node, and that in the next.
  std::vector<int> shifted_chips{};
  std::vector<int> shifted_next{};

  bool shifted() const { return !shifted_chips.empty(); }
  /// All of its nodes are represented.
  bool whole() const { return static_cast<int>(nodes.size()) == group_nodes; }
  /// A part of it: some chips in its node number `i`, or some chips in all of them.
  GroupOnBoxes in_node(size_t i) const;
  GroupOnBoxes of_chip(int chip) const;
};

/// All groups of a demand that are represented, by first rank. Every represented chip of the demand's groups is in as many
/// as in the slice. Throws platform::Impossible where groups of one place lie differently, or where nodes that are folded
/// are not alike for them.
std::vector<GroupOnBoxes> groups_on_boxes(const BoxesGroup& group, const Demand& demand,
                                          const platform::BoxesNetwork& boxes);

}  // namespace podsim::collective
