#pragma once

#include "catalog/spec/platform.hpp"
#include "platform/boxes.hpp"
#include "platform/cluster_links.hpp"
#include "platform/network.hpp"
#include "platform/node_fold.hpp"
#include "platform/slice.hpp"

#include <vector>

namespace podsim::platform {

/// The links of boxes whose chips meet in a switch, whole or folded over alike nodes: a port out and a port
/// in for each chip, and the network between nodes.
class SwitchedBoxesNetwork final : public BoxesNetwork {
 public:
  SwitchedBoxesNetwork(const catalog::Platform& platform, const Slice& slice, const NodeFold& fold);

  int nodes() const override { return cluster_.nodes(); }
  int slice_nodes() const override { return slice_nodes_; }
  const NodeFold& fold() const override { return cluster_.fold(); }
  int chips_per_node() const override { return chips_; }
  int cards() const override { return cluster_.cards(); }
  const catalog::ClusterNetwork& cluster() const override { return boxes_.network; }
  const std::vector<Link>& links() const override { return links_; }
  bool switched() const override { return true; }
  bool reduces() const override { return boxes_.reduces; }
  int direct_links(int from, int to) const override { return from == to ? 0 : 1; }
  int card_of(int chip) const override { return chip * cards() / node_chips_; }
  std::vector<int> chips_below(int card) const override;

  std::vector<int> chip_route(int node, int from, int to) const override;
  /// The port between a chip and its card is faster than the card, and not on the route.
  std::vector<int> network_route(int from_node, int to_node, int card, int from, int to) const override;

 private:
  catalog::SwitchedBoxes boxes_;
  int slice_nodes_;
  int chips_;
  int node_chips_;  ///< of the machine, of which the slice has chips_
  ClusterLinks cluster_;
  std::vector<Link> links_;
};

}  // namespace podsim::platform
