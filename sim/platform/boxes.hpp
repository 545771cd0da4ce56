#pragma once

#include "catalog/spec/platform.hpp"
#include "platform/network.hpp"
#include "platform/node_fold.hpp"

#include <vector>

namespace podsim::platform {

/// The links of a cluster of boxes, whole or folded over nodes that do the same: the first stands for all; inside it every
/// chip and link is kept. Nodes below a switch level that can be a
/// bottleneck are not alike, and then all are kept.
class BoxesNetwork {
 public:
  virtual ~BoxesNetwork() = default;

  /// Nodes that are represented: 1 when folded over all.
  virtual int nodes() const = 0;
  /// Nodes of the slice.
  virtual int slice_nodes() const = 0;
  /// Which nodes stand for which.
  virtual const NodeFold& fold() const = 0;
  /// Chips of the slice in one node.
  virtual int chips_per_node() const = 0;
  /// Network cards of one node.
  virtual int cards() const = 0;
  virtual const catalog::ClusterNetwork& cluster() const = 0;
  virtual const std::vector<Link>& links() const = 0;

  /// True where every chip reaches every other through one switch.
  virtual bool switched() const = 0;
  /// True where that switch adds up what passes.
  virtual bool reduces() const = 0;
  /// Parallel links that join two chips of a node directly; 0 if they are no neighbours.
  virtual int direct_links(int from, int to) const = 0;
  /// The card that is nearest to a chip.
  virtual int card_of(int chip) const = 0;
  /// The chips that a card is next to: below its PCIe switch, or those that share it.
  virtual std::vector<int> chips_below(int card) const = 0;

  /// From chip to chip inside a represented node, the shortest way.
  virtual std::vector<int> chip_route(int node, int from, int to) const = 0;
  /// From a chip of a represented node through a card to the same card of any node of the slice, and
  /// to a chip there.
  virtual std::vector<int> network_route(int from_node, int to_node, int card, int from, int to) const = 0;

 protected:
  BoxesNetwork() = default;
  BoxesNetwork(const BoxesNetwork&) = default;
  BoxesNetwork(BoxesNetwork&&) = default;
  BoxesNetwork& operator=(const BoxesNetwork&) = default;
  BoxesNetwork& operator=(BoxesNetwork&&) = default;
};

}  // namespace podsim::platform
