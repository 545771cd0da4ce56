#pragma once

#include "catalog/platform.hpp"
#include "platform/cluster_links.hpp"
#include "platform/network.hpp"
#include "platform/slice.hpp"

#include <vector>

namespace podsim::platform {

/// The links of boxes joined by NVLink inside and network cards outside, whole or folded over nodes
/// (all boxes do the same, so the first stands for all; inside it every chip and link is kept).
class NvlinkBoxesNetwork {
 public:
  NvlinkBoxesNetwork(const catalog::Platform& platform, const Slice& slice, bool folded);

  /// Nodes that are represented: 1 when folded.
  int nodes() const { return cluster_.nodes(); }
  /// Chips of the slice in one node.
  int chips_per_node() const { return chips_; }
  /// Nodes of the slice.
  int slice_nodes() const { return slice_nodes_; }
  const std::vector<Link>& links() const { return links_; }
  const catalog::NvlinkBoxes& boxes() const { return boxes_; }

  /// Parallel NVLinks between two chips of a node; 0 if they are not neighbours.
  int nvlinks(int from, int to) const { return nvlinks_[from * chips_ + to]; }
  /// What one NVLink reaches in one direction.
  double one_nvlink_bytes_per_second() const { return boxes_.nvlink_bytes_per_second * boxes_.nvlink_efficiency; }
  /// The joined NVLinks from one chip of a node to another; they must be neighbours.
  int nvlink(int node, int from, int to) const;
  /// From chip to chip of one node through the PCIe tree, over the other socket where needed.
  std::vector<int> pcie_route(int node, int from, int to) const;
  /// From a chip of a represented node through a network card to the card of the same number of any
  /// node of the slice and to a chip there.
  std::vector<int> network_route(int from_node, int to_node, int card, int from, int to) const;

 private:
  void add_node_links(int node);
  int link_of(int node, int offset) const { return node * links_per_node_ + offset; }
  int switch_of(int chip) const;
  std::vector<int> switch_route(int node, int from_switch, int to_switch) const;

  catalog::NvlinkBoxes boxes_;
  int slice_nodes_;
  int chips_;
  std::vector<int> nvlinks_;      ///< chips x chips: parallel links
  std::vector<int> nvlink_slot_;  ///< chips x chips: offset of the joined link in its node; -1 if none
  int first_slot_ = 0;            ///< offset of chip slots: up, down
  int first_uplink_ = 0;          ///< of switch uplinks: up, down
  int first_socket_ = 0;          ///< of the two directions between the sockets
  int links_per_node_ = 0;
  ClusterLinks cluster_;
  std::vector<Link> links_;
};

/// Lower limit of an all-reduce of `bytes` over all chips, from data-sheet rates. Inside a box all
/// links together must carry 2 (n - 1) x bytes and `bytes` must leave every chip; between boxes the
/// cards of k nodes must carry 2 (k - 1) x bytes.
double all_reduce_bound_seconds(const catalog::NvlinkBoxes& boxes, const Slice& slice, double bytes);

}  // namespace podsim::platform
