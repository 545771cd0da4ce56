#include "collective/boxes/boxes_group.hpp"

#include "platform/impossible.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::collective {

std::vector<int> BoxesGroup::members(int which) const {
  const int block = which / chip_stride;
  const int first = block * chips * chip_stride + which % chip_stride;
  std::vector<int> chips_of_group;
  for (int i = 0; i < chips; ++i) chips_of_group.push_back(first + i * chip_stride);
  return chips_of_group;
}

int BoxesGroup::next(int node) const {
  const int member = node / node_stride % nodes;
  return member + 1 < nodes ? node + node_stride : node - (nodes - 1) * node_stride;
}

BoxesGroup boxes_group(const Group& group, const platform::BoxesNetwork& boxes) {
  const int chips = boxes.chips_per_node();
  const int64_t ranks = int64_t{chips} * boxes.slice_nodes();
  if (group.jobs > 1) {
    return {.chips = chips, .nodes = boxes.slice_nodes() / group.jobs, .node_stride = group.jobs};
  }
  const int64_t span = int64_t{group.size} * group.stride;
  const bool inside = span <= chips;
  const bool splits_nodes = group.stride < chips ? chips % group.stride == 0 : group.stride % chips == 0;
  const int in_node = inside ? group.size : std::max(1, chips / group.stride);
  if (ranks % span != 0 || (inside ? chips % span != 0 : !splits_nodes || group.size % in_node != 0)) {
    throw platform::Impossible(
        fmt::format("--group {}:{}: {} ranks at a distance of {} do not lie alike on all {} nodes of {} chips\n"
                    "  way out: take a size and a distance that divide a node or are whole nodes",
                    group.size, group.stride, group.size, group.stride, boxes.slice_nodes(), chips));
  }
  return {.chips = in_node,
          .chip_stride = inside || group.stride < chips ? group.stride : 1,
          .nodes = inside ? 1 : group.size / in_node,
          .node_stride = inside || group.stride < chips ? 1 : group.stride / chips,
          .per_node = chips / in_node};
}

void each_group(const BoxesGroup& group, const platform::BoxesNetwork& boxes,
                const std::function<void(int, const std::vector<int>&)>& visit) {
  const bool folded = boxes.nodes() < boxes.slice_nodes();
  for (int first = 0; first < boxes.nodes(); ++first) {
    if (first / group.node_stride % group.nodes != 0) continue;
    std::vector<int> nodes;
    for (int member = 0; member < (folded ? 1 : group.nodes); ++member) {
      nodes.push_back(first + member * group.node_stride);
    }
    for (int which = 0; which < group.per_node; ++which) visit(which, nodes);
  }
}

}  // namespace podsim::collective
