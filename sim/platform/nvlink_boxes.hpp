#pragma once

#include "catalog/spec/platform.hpp"
#include "platform/boxes.hpp"
#include "platform/cluster_links.hpp"
#include "platform/network.hpp"
#include "platform/node_fold.hpp"
#include "platform/slice.hpp"

#include <vector>

namespace podsim::platform {

/// The links of boxes joined by NVLink inside and network cards outside, whole or folded over alike nodes
/// (the first stands for all; inside it every chip and link is kept).
class NvlinkBoxesNetwork final : public BoxesNetwork {
 public:
  NvlinkBoxesNetwork(const catalog::Platform& platform, const Slice& slice, const NodeFold& fold);

  int nodes() const override { return cluster_.nodes(); }
  int slice_nodes() const override { return slice_nodes_; }
  const NodeFold& fold() const override { return cluster_.fold(); }
  int chips_per_node() const override { return chips_; }
  int cards() const override { return cluster_.cards(); }
  const catalog::ClusterNetwork& cluster() const override { return boxes_.network; }
  const std::vector<Link>& links() const override { return links_; }
  bool switched() const override { return false; }
  bool reduces() const override { return false; }
  /// Parallel NVLinks between two chips of a node; 0 if they are not neighbours.
  int direct_links(int from, int to) const override { return nvlinks_[from * chips_ + to]; }
  int card_of(int chip) const override;
  std::vector<int> chips_below(int card) const override {
    return boxes_.switches[boxes_.cards[card].pcie_switch].chips;
  }

  /// Over the joined NVLinks of neighbours, else over PCIe.
  std::vector<int> chip_route(int node, int from, int to) const override;
  std::vector<int> network_route(int from_node, int to_node, int card, int from, int to) const override;

  const catalog::NvlinkBoxes& boxes() const { return boxes_; }
  /// What one NVLink reaches in one direction.
  double one_nvlink_bytes_per_second() const { return boxes_.nvlink_bytes_per_second * boxes_.nvlink_efficiency; }
  /// The joined NVLinks from one chip of a node to another; they must be neighbours.
  int nvlink(int node, int from, int to) const;
  /// From chip to chip of one node through the PCIe tree, over the other socket where needed.
  std::vector<int> pcie_route(int node, int from, int to) const;

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

}  // namespace podsim::platform
