#pragma once

namespace podsim::platform {

/// Nodes that do the same at the same time, of which the first stands for all: n, n + stride, n + 2 stride, ..., `count`
/// of them, and so on in each run of stride * count nodes. A count of 0: all nodes of the slice are alike; of 1: none.
struct NodeFold {
  int stride = 1;
  int count = 1;

  /// One node stands for all, or each for itself.
  static NodeFold all() { return {.stride = 1, .count = 0}; }
  static NodeFold none() { return {}; }

  bool over_all() const { return count == 0; }
  /// With the number of alike nodes written out. Throws std::invalid_argument where the nodes do not fall into such runs.
  NodeFold of(int slice_nodes) const;

  /// By number among the represented nodes, which node stands for one of the slice, and the way back.
  int represented(int node) const { return node % stride + node / (stride * count) * stride; }
  int slice_node(int represented) const { return represented % stride + represented / stride * (stride * count); }
  bool stands_for_itself(int node) const { return node / stride % count == 0; }

  bool operator==(const NodeFold&) const = default;
};

}  // namespace podsim::platform
