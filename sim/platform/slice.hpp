#pragma once

#include "catalog/spec/platform.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace podsim::platform {

/// The chips that a job uses.
struct Slice {
  std::vector<int> shape;   ///< chips along each torus axis of a pod, or {nodes, chips per node}
  std::vector<bool> wraps;  ///< per torus axis; empty for boxes
  int pods = 1;             ///< alike slices joined by the data-centre network
  int chips = 0;
  bool what_if = false;  ///< larger than the real machine
  std::string label;     ///< "4x8" or "2 nodes of 8"
};

/// The slice for a chip count or a shape (a non-empty `shape` wins; neither: the smallest
/// slice of a torus, one box).
/// Inside the real machine it must be one of the legal slices, or as many of the same in several pods where a
/// data-centre network joins them: one number more in `shape`, the pods first, or their chips together. Beyond it a torus grows by doubling
/// its shorter side and boxes by nodes. An axis wraps when it spans the machine's whole axis, or when a
/// slice of a machine of cubes is made of whole cubes.
/// Throws Impossible, naming the legal choices.
Slice choose_slice(const catalog::Platform& platform, std::optional<int64_t> chips, const std::vector<int>& shape);

/// The slice with the fewest chips: what scaling is measured from.
Slice smallest_slice(const catalog::Platform& platform);

/// Chips of a slice in one node, and the nodes that it takes: pods share none.
int chips_per_node(const catalog::Platform& platform, const Slice& slice);
int nodes_of(const catalog::Platform& platform, const Slice& slice);

}  // namespace podsim::platform
