#pragma once

#include "collective/schedule/operation.hpp"
#include "platform/boxes.hpp"

#include <functional>
#include <vector>

namespace podsim::collective {

/// How groups lie on boxes: every group has `chips` members in each of `nodes` nodes, and all nodes
/// look the same.
struct BoxesGroup {
  int chips = 1;
  int chip_stride = 1;
  int nodes = 1;
  int node_stride = 1;
  int per_node = 1;  ///< groups with members in one node

  int size() const { return chips * nodes; }
  /// The chips of a node in its group number `which`.
  std::vector<int> members(int which) const;
  /// The next node of the same group, of a node of the slice.
  int next(int node) const;
};

/// Throws platform::Impossible where the groups do not lie alike on all nodes.
BoxesGroup boxes_group(const Group& group, const platform::BoxesNetwork& boxes);

/// Calls `visit` for every group that is represented, with its number in a node and its represented nodes.
void each_group(const BoxesGroup& group, const platform::BoxesNetwork& boxes,
                const std::function<void(int which, const std::vector<int>& nodes)>& visit);

}  // namespace podsim::collective
