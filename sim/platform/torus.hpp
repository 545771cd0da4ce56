#pragma once

#include "catalog/platform.hpp"
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

    /// Links that a chunk crosses at most on its way over size - 1 hops of the ring.
    int links_travelled() const { return wraps ? size - 1 : 2 * size - 3; }
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
  /// The links between the ranks of each chip, row by row of the first axis.
  std::vector<std::vector<int>> core_links() const;

 private:
  int position(int chip, int axis) const;
  int neighbour_link(int chip, int axis, bool forward) const;
  void add_axis_links(const catalog::Torus& torus, int axis);

  bool folded_;
  int chips_;
  std::vector<Axis> axes_;
  std::vector<int> strides_;
  std::vector<int> first_link_;  ///< per axis: first of its links
  int first_core_link_ = 0;
  std::vector<Link> links_;
};

/// Lower limit of an all-reduce of `bytes` over all chips, from data-sheet rates: all links together
/// must carry 2 (n - 1) x bytes; `bytes` must leave every chip; `bytes` must cross the middle of every axis.
double all_reduce_bound_seconds(const catalog::Torus& torus, const Slice& slice, double bytes);

}  // namespace podsim::platform
