#include "platform/slice.hpp"

#include "platform/impossible.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <functional>
#include <numeric>

namespace podsim::platform {
namespace {

constexpr int64_t kMaxChips = int64_t{1} << 20;

int64_t product(const std::vector<int>& shape) {
  return std::accumulate(shape.begin(), shape.end(), int64_t{1}, std::multiplies<>());
}

std::string shape_label(const std::vector<int>& shape) { return fmt::format("{}", fmt::join(shape, "x")); }

std::string legal_slices(const catalog::Torus& torus) {
  std::string text;
  for (const auto& shape : torus.slices) {
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", product(shape), shape_label(shape));
  }
  return text;
}

bool whole_cubes(const catalog::Torus& torus, const std::vector<int>& shape) {
  return std::all_of(shape.begin(), shape.end(), [&](int axis) { return axis % torus.wrap_cube == 0; });
}

/// Optical switches join any box of whole cubes that fits into the pod.
bool joined_cubes(const catalog::Torus& torus, const std::vector<int>& shape) {
  if (torus.wrap_cube == 0 || !whole_cubes(torus, shape)) return false;
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    if (shape[axis] > torus.pod_shape[axis]) return false;
  }
  return true;
}

Slice torus_slice(const catalog::Torus& torus, std::vector<int> shape) {
  Slice slice;
  slice.chips = static_cast<int>(product(shape));
  slice.what_if = slice.chips > product(torus.pod_shape);
  slice.label = shape_label(shape);
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    slice.wraps.push_back(torus.wrap_cube > 0 ? whole_cubes(torus, shape) : shape[axis] >= torus.pod_shape[axis]);
  }
  slice.shape = std::move(shape);
  return slice;
}

Slice in_pods(Slice slice, int pods) {
  slice.label = fmt::format("{} pods of {}", pods, slice.label);
  slice.chips *= pods;
  slice.pods = pods;
  return slice;
}

/// The largest of the slices sold of which a few in as many pods have `chips`.
std::optional<Slice> pods_of(const catalog::Torus& torus, int64_t chips) {
  for (auto shape = torus.slices.rbegin(); shape != torus.slices.rend(); ++shape) {
    const int64_t pods = chips / product(*shape);
    if (pods > 1 && pods <= torus.data_center.max_pods && chips % product(*shape) == 0) {
      return in_pods(torus_slice(torus, *shape), static_cast<int>(pods));
    }
  }
  return std::nullopt;
}

/// The pod grown by doubling its shorter side until it has `chips`; empty if no number of doublings gives that.
std::vector<int> grown_pod(const catalog::Torus& torus, int64_t chips) {
  std::vector<int> shape = torus.pod_shape;
  while (product(shape) < chips) *std::min_element(shape.begin(), shape.end()) *= 2;
  return product(shape) == chips ? shape : std::vector<int>{};
}

Slice torus_slice_of(const catalog::Platform& platform, const catalog::Torus& torus, int64_t chips) {
  for (const auto& shape : torus.slices) {
    if (product(shape) == chips) return torus_slice(torus, shape);
  }
  const int64_t pod = product(torus.pod_shape);
  if (chips > pod) {
    if (auto pods = pods_of(torus, chips)) return *std::move(pods);
    if (auto shape = grown_pod(torus, chips); !shape.empty()) return torus_slice(torus, std::move(shape));
  }
  throw Impossible(
      fmt::format("--chips {}: {} has no slice of {} chip{}; legal are {}, and for a what-if {} times a power of two\n"
                  "  way out: take one of these, or give a larger shape with --slice",
                  chips, platform.name, chips, chips == 1 ? "" : "s", legal_slices(torus), pod));
}

Slice torus_slice_of(const catalog::Platform& platform, const catalog::Torus& torus, std::vector<int> shape) {
  const std::string label = shape_label(shape);
  if (shape.size() == torus.pod_shape.size() + 1 && shape.front() > 1 && shape.front() <= torus.data_center.max_pods) {
    const int pods = shape.front();
    return in_pods(torus_slice_of(platform, torus, std::vector<int>(shape.begin() + 1, shape.end())), pods);
  }
  if (shape.size() == torus.pod_shape.size()) {
    for (const auto& legal : torus.slices) {
      if (std::is_permutation(legal.begin(), legal.end(), shape.begin(), shape.end())) {
        return torus_slice(torus, legal);
      }
    }
    if (joined_cubes(torus, shape)) return torus_slice(torus, std::move(shape));
    bool grown = product(shape) <= kMaxChips;
    for (size_t axis = 0; axis < shape.size(); ++axis) grown = grown && shape[axis] % torus.pod_shape[axis] == 0;
    if (grown) return torus_slice(torus, std::move(shape));
  }
  throw Impossible(fmt::format(
      "--slice {}: not a slice of {}; legal are {}, and for a what-if whole multiples of {} up to {} chips\n"
      "  way out: take one of these, or give the number of chips with --chips",
      label, platform.name, legal_slices(torus), shape_label(torus.pod_shape), kMaxChips));
}

/// The most nodes that the real machine has, and whether a network joins them.
struct NodeLimit {
  int nodes = 1;
  bool joined = false;
};

NodeLimit node_limit(const catalog::Interconnect& interconnect) {
  if (const auto* boxes = std::get_if<catalog::NvlinkBoxes>(&interconnect)) {
    return {boxes->network.max_nodes, !boxes->cards.empty()};
  }
  const auto& boxes = std::get<catalog::SwitchedBoxes>(interconnect);
  return {boxes.network.max_nodes, boxes.cards > 0};
}

Slice box_slice(const catalog::Platform& platform, int64_t chips) {
  const int per_node = platform.node.chips;
  const NodeLimit limit = node_limit(platform.interconnect);
  if (chips < 1 || chips > kMaxChips || (chips > per_node && chips % per_node != 0)) {
    throw Impossible(
        fmt::format("--chips {}: {} has boxes of {} chips; legal are 1 to {} chips of one box, or whole boxes\n"
                    "  way out: take {} or {} chips",
                    chips, platform.name, per_node, per_node, std::max<int64_t>(1, chips / per_node) * per_node,
                    (std::max<int64_t>(0, chips) / per_node + 1) * per_node));
  }
  if (chips > per_node && !limit.joined) {
    throw Impossible(fmt::format(
        "--chips {}: {} stands alone, no network joins its boxes\n  way out: take at most {} chips, or give the "
        "platform an interconnect.network",
        chips, platform.name, per_node));
  }
  Slice slice;
  slice.chips = static_cast<int>(chips);
  const int nodes = std::max(1, slice.chips / per_node);
  slice.shape = {nodes, std::min(slice.chips, per_node)};
  slice.what_if = nodes > limit.nodes;
  slice.label = nodes > 1          ? fmt::format("{} nodes of {}", nodes, per_node)
                : chips < per_node ? fmt::format("{} of one node's {}", chips, per_node)
                                   : "1 node";
  return slice;
}

}  // namespace

Slice choose_slice(const catalog::Platform& platform, std::optional<int64_t> chips, const std::vector<int>& shape) {
  if (const auto* torus = std::get_if<catalog::Torus>(&platform.interconnect)) {
    if (!shape.empty()) {
      Slice slice = torus_slice_of(platform, *torus, shape);
      if (chips && *chips != slice.chips) {
        throw Impossible(fmt::format("--chips {}: --slice {} has {} chips\n  way out: give only one of the two", *chips,
                                     slice.label, slice.chips));
      }
      return slice;
    }
    return chips ? torus_slice_of(platform, *torus, *chips) : smallest_slice(platform);
  }
  if (!shape.empty()) {
    throw Impossible(fmt::format(
        "--slice {}: {} is made of boxes, which have no slices\n  way out: give the number of chips with --chips",
        shape_label(shape), platform.name));
  }
  return box_slice(platform, chips.value_or(platform.node.chips));
}

Slice smallest_slice(const catalog::Platform& platform) {
  if (const auto* torus = std::get_if<catalog::Torus>(&platform.interconnect)) {
    return torus_slice(*torus, torus->slices.front());
  }
  return box_slice(platform, 1);
}

int chips_per_node(const catalog::Platform& platform, const Slice& slice) {
  return std::min(platform.node.chips, slice.chips / slice.pods);
}

int nodes_of(const catalog::Platform& platform, const Slice& slice) {
  const int in_pod = slice.chips / slice.pods;
  return slice.pods * ((in_pod + platform.node.chips - 1) / platform.node.chips);
}

}  // namespace podsim::platform
