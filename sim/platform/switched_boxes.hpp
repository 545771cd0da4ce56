#pragma once

#include "catalog/platform.hpp"
#include "platform/cluster_links.hpp"
#include "platform/network.hpp"
#include "platform/slice.hpp"

#include <vector>

namespace podsim::platform {

/// The links of boxes whose chips meet in a switch, whole or folded over nodes: a port out and a port
/// in for each chip, and the network between nodes.
class SwitchedBoxesNetwork {
 public:
  SwitchedBoxesNetwork(const catalog::Platform& platform, const Slice& slice, bool folded);

  /// Nodes that are represented.
  int nodes() const { return cluster_.nodes(); }
  /// Nodes of the slice.
  int slice_nodes() const { return slice_nodes_; }
  /// Chips of the slice in one node.
  int chips_per_node() const { return chips_; }
  /// Network cards of one node.
  int cards() const { return cluster_.cards(); }
  const std::vector<Link>& links() const { return links_; }
  const catalog::SwitchedBoxes& boxes() const { return boxes_; }

  /// From chip to chip of one node through the switch.
  std::vector<int> chip_route(int node, int from, int to) const;
  /// From a card of a represented node to the same card of any node of the slice. The chip behind
  /// the card is faster and not on the route.
  std::vector<int> network_route(int from, int to, int card) const { return cluster_.route(from, to, card); }

 private:
  catalog::SwitchedBoxes boxes_;
  int slice_nodes_;
  int chips_;
  ClusterLinks cluster_;
  std::vector<Link> links_;
};

/// Lower limit of an all-reduce of `bytes` over all chips, from data-sheet rates. Every chip must send
/// all of `bytes` into the switch; where the switch adds nothing up, all chips together must send
/// 2 (n - 1) x bytes. The cards of k nodes must carry 2 (k - 1) x bytes, or `bytes` out of each node
/// where the network adds up.
double all_reduce_bound_seconds(const catalog::SwitchedBoxes& boxes, const Slice& slice, double bytes);

}  // namespace podsim::platform
