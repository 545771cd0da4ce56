#pragma once

#include "catalog/spec/platform.hpp"
#include "platform/network.hpp"
#include "platform/slice.hpp"

#include <vector>

namespace podsim::platform {

/// The links of a torus slice, whole or folded.
///
/// On every axis the chips form logical rings. An axis that wraps is a ring in both directions; the
/// two directions carry the same and are one link of twice the rate. An axis that does not wrap is a
/// line; its ring visits 0, 2, 4, ... and returns over the odd positions, so that each link carries
/// one hop in each direction and no hop is longer than two links.
///
/// Either way all hops of an axis are alike: one hop of one chip stands for all when folded.
class TorusNetwork {
 public:
  struct Axis {
    int size = 1;
    bool wraps = false;
    double ring_bytes_per_second = 0;  ///< that each chip can pass on to its ring successor
  };

  TorusNetwork(const catalog::Platform& platform, const Slice& slice, bool folded);

  /// Chips that are represented: 1 when folded.
  int chips() const { return chips_; }
  const std::vector<Axis>& axes() const { return axes_; }
  const std::vector<Link>& links() const { return links_; }

  /// Links from a represented chip to its ring successor on an axis.
  std::vector<int> ring_hop(int chip, int axis) const;
  /// The rings along an axis, each as the links of all its hops; one ring of one hop when folded.
  std::vector<std::vector<int>> rings(int axis) const;
  /// The links that one pipeline crosses, and the first chip of those that it joins.
  struct Line {
    int first_chip = 0;
    std::vector<int> links;
  };
  /// The lines along an axis that join `size` chips each at a distance of `stride`: rings where they span the whole axis,
  /// else both ways along each. With a stride the lines that lie in each other share their links.
  std::vector<Line> lines(int axis, int size, int stride = 1) const;
  /// What each chip passes on along such a line while all lines are at work.
  double line_bytes_per_second(int axis, int size, int stride = 1) const {
    return (size * stride == axes_[axis].size ? axes_[axis].ring_bytes_per_second : link_bytes_per_second_) / stride;
  }
  /// One way from chip to chip.
  struct Way {
    std::vector<int> links;     ///< the joined link of an axis that wraps twice, since one direction is half of it
    int hops = 0;               ///< in the torus
    bool between_pods = false;  ///< through the cards of the nodes
  };
  /// The shortest way between two represented chips, axis after axis; half round a closed axis without its closing link.
  Way way(int from, int to) const;
  /// One link, one way.
  double link_bytes_per_second() const { return link_bytes_per_second_; }
  /// The ways of each node's cards once round the pods, one after the other; empty with one pod.
  std::vector<std::vector<int>> pod_rings() const;
  int pods() const { return pods_; }
  /// Mean hops along each axis to all chips of a pod where the slice is twisted; empty where it is not.
  const std::vector<double>& twisted_hops() const { return twisted_hops_; }
  /// Chips of one pod.
  int pod_chips() const { return pod_chips_; }
  bool folded() const { return folded_; }
  /// Chips that share the cards of a node.
  int chips_per_node() const { return chips_per_node_; }
  /// The links between the ranks of each chip, row by row of the first axis.
  std::vector<std::vector<int>> core_links() const;
  /// That of one represented chip.
  int core_link(int chip) const { return first_core_link_ + chip; }

 private:
  int position(int chip, int axis) const;
  int neighbour_link(int chip, int axis, bool forward) const;
  int moved(int chip, int axis, int to_position) const {
    return chip + (to_position - position(chip, axis)) * strides_[axis];
  }
  std::vector<int> both_ways(int first, int axis, int hops) const;
  void add_axis_links(const catalog::Torus& torus, int axis);

  bool folded_;
  int chips_;
  int pods_;
  int pod_chips_;
  int chips_per_node_;
  int nodes_;  ///< represented
  double link_bytes_per_second_ = 0;
  std::vector<Axis> axes_;
  std::vector<double> twisted_hops_;
  std::vector<int> strides_;
  std::vector<int> first_link_;  ///< per axis: first of its links
  int first_core_link_ = 0;
  int first_node_link_ = 0;  ///< send, receive of each node
  std::vector<Link> links_;
};

}  // namespace podsim::platform
