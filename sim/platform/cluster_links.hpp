#pragma once

#include "catalog/spec/platform.hpp"
#include "platform/network.hpp"
#include "platform/node_fold.hpp"

#include <vector>

namespace podsim::platform {

/// The network cards of the represented nodes and those switch levels above them that can be a
/// bottleneck: an oversubscribed level that the slice does not fit into.
///
/// Folded, one node stands for those that are alike, and what it sends to one of them comes back to itself. Where a level
/// can be a bottleneck the nodes below it are not alike, and every node is represented.
class ClusterLinks {
 public:
  /// `cards`: per node. Throws as NodeFold::of.
  ClusterLinks(catalog::ClusterNetwork network, int cards, int slice_nodes, const NodeFold& fold);

  /// Nodes that are represented.
  int nodes() const { return nodes_; }
  /// As it is: none where every node is represented.
  const NodeFold& fold() const { return fold_; }
  int cards() const { return cards_; }
  const catalog::ClusterNetwork& network() const { return network_; }

  /// Appends the links of cards and groups.
  void add_links(std::vector<Link>& links);

  /// Links from a card of a represented node to the same card of `to`, any node of the slice: out
  /// through `from`'s card and the groups around it, in through those of `to`.
  std::vector<int> route(int from, int to, int card) const;
  /// Where a route to node `to` of the slice ends.
  int represented(int to) const { return fold_.represented(to); }

 private:
  struct Level {
    int nodes = 1;
    int rails = 1;
    int first_link = 0;
    double bytes_per_second = 0;
  };

  int group_link(const Level& level, int node, int card, bool up) const;

  catalog::ClusterNetwork network_;
  int cards_;
  NodeFold fold_;
  int nodes_ = 1;
  int first_card_link_ = 0;
  std::vector<Level> levels_;  ///< that can be a bottleneck, from the leaves up
};

}  // namespace podsim::platform
