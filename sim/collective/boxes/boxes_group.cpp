#include "collective/boxes/boxes_group.hpp"

#include "platform/impossible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace podsim::collective {
namespace {

[[noreturn]] void fail_not_alike(const Group& group, const platform::BoxesNetwork& boxes) {
  throw platform::Impossible(
      fmt::format("--group {}:{}: {} ranks at a distance of {} do not lie alike on all {} nodes of {} chips\n"
                  "  way out: take a size and a distance that divide a node or are whole nodes",
                  group.size, group.stride, group.size, group.stride, boxes.slice_nodes(), boxes.chips_per_node()));
}

/// Groups that all ranks of a slice fall into.
BoxesGroup group_of_all(const Group& group, const platform::BoxesNetwork& boxes) {
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
    fail_not_alike(group, boxes);
  }
  return {.chips = in_node,
          .chip_stride = inside || group.stride < chips ? group.stride : 1,
          .nodes = inside ? 1 : group.size / in_node,
          .node_stride = inside || group.stride < chips ? 1 : group.stride / chips};
}

/// How the group lies whose lowest chip in its first node is `first`; absent where it lies differently from node to node.
std::optional<BoxesGroup> group_from(const Group& group, int first, int chips) {
  const auto& [size, stride, jobs] = group;
  if (first + int64_t{size - 1} * stride < chips) return BoxesGroup{.chips = size, .chip_stride = stride};
  if (stride % chips == 0) return BoxesGroup{.nodes = size, .node_stride = stride / chips};
  if (stride > chips) return BoxesGroup{.nodes = size, .shifted = true};
  const int in_node = chips / stride;
  if (chips % stride != 0 || first >= stride || size % in_node != 0) return std::nullopt;
  return BoxesGroup{.chips = in_node, .chip_stride = stride, .nodes = size / in_node};
}

bool alike(const BoxesGroup& a, const BoxesGroup& b) {
  return a.chips == b.chips && a.nodes == b.nodes && a.shifted == b.shifted;
}

/// Finds which nodes of a group are represented.
class GroupFinder {
 public:
  GroupFinder(const BoxesGroup& group, const Demand& demand, const platform::BoxesNetwork& boxes)
      : group_(group), demand_(demand), boxes_(boxes), chips_(boxes.chips_per_node()) {}

  bool starts_at(int node, int chip) const {
    if (!demand_.place.all()) return is_first(demand_, node * chips_ + chip);
    return node / group_.node_stride % group_.nodes == 0 && chip / group_.chip_stride % group_.chips == 0;
  }

  GroupOnBoxes from(int node, int chip) const {
    GroupOnBoxes found{.first_rank = node * chips_ + chip,
                       .group_nodes = group_.nodes,
                       .chips = group_.members(chip),
                       .nodes = {},
                       .next = {}};
    if (!demand_.place.all()) check_place(found.first_rank);
    const auto add = [&](int member) {
      if (!boxes_.fold().stands_for_itself(node_of(found, member))) return;
      const int next = (member + 1) % group_.nodes;
      found.nodes.push_back(boxes_.fold().represented(node_of(found, member)));
      found.next.push_back(node_of(found, next));
      if (!group_.shifted) return;
      found.shifted_chips.push_back(chip_of(found, member));
      found.shifted_next.push_back(chip_of(found, next));
    };
    if (group_.shifted || group_.nodes <= boxes_.nodes()) {
      for (int member = 0; member < group_.nodes; ++member) add(member);
    } else {
      for (int i = boxes_.fold().represented(node); i < boxes_.nodes(); ++i) {
        const int distance = boxes_.fold().slice_node(i) - node;
        if (distance % group_.node_stride == 0 && distance / group_.node_stride < group_.nodes) {
          add(distance / group_.node_stride);
        }
      }
    }
    check_fold(found);
    return found;
  }

 private:
  int node_of(const GroupOnBoxes& found, int member) const {
    return group_.shifted ? (found.first_rank + member * demand_.group.stride) / chips_
                          : found.first_rank / chips_ + member * group_.node_stride;
  }
  int chip_of(const GroupOnBoxes& found, int member) const {
    return (found.first_rank + member * demand_.group.stride) % chips_;
  }

  void check_place(int first_rank) const {
    const int64_t last = first_rank + int64_t{demand_.group.size - 1} * demand_.group.stride;
    const auto lies = group_from(demand_.group, first_rank % chips_, chips_);
    if (!lies || !alike(*lies, group_) || last >= int64_t{chips_} * boxes_.slice_nodes()) {
      fail_not_alike(demand_.group, boxes_);
    }
  }

  /// What the represented nodes send must come to each of them once.
  void check_fold(const GroupOnBoxes& found) const {
    std::vector<int> reached;
    for (const int next : found.next) reached.push_back(boxes_.fold().represented(next));
    std::sort(reached.begin(), reached.end());
    if (reached == found.nodes) return;
    const auto& [stride, count] = boxes_.fold();
    throw platform::Impossible(
        fmt::format("--group {}:{}: its nodes are not alike where one stands for {} at a distance of {}\n"
                    "  way out: simulate every node with --full",
                    demand_.group.size, demand_.group.stride, count, stride));
  }

  const BoxesGroup& group_;
  const Demand& demand_;
  const platform::BoxesNetwork& boxes_;
  int chips_;
};

}  // namespace

std::vector<int> BoxesGroup::members(int first) const {
  std::vector<int> chips_of_group;
  for (int i = 0; i < chips; ++i) chips_of_group.push_back(first + i * chip_stride);
  return chips_of_group;
}

BoxesGroup boxes_group(const Demand& demand, const platform::BoxesNetwork& boxes) {
  if (demand.place.all()) return group_of_all(demand.group, boxes);
  const int chips = boxes.chips_per_node();
  const auto lies = group_from(demand.group, demand.place.first % chips, chips);
  if (!lies) fail_not_alike(demand.group, boxes);
  return *lies;
}

GroupOnBoxes GroupOnBoxes::in_node(size_t i) const {
  return {.first_rank = first_rank, .group_nodes = 1, .chips = chips, .nodes = {nodes[i]}, .next = {next[i]}};
}

GroupOnBoxes GroupOnBoxes::of_chip(int chip) const {
  GroupOnBoxes part = *this;
  part.chips = {chip};
  return part;
}

std::vector<GroupOnBoxes> groups_on_boxes(const BoxesGroup& group, const Demand& demand,
                                          const platform::BoxesNetwork& boxes) {
  const GroupFinder finder(group, demand, boxes);
  std::vector<GroupOnBoxes> groups;
  for (int i = 0; i < boxes.nodes(); ++i) {
    const int node = boxes.fold().slice_node(i);
    for (int chip = 0; chip < boxes.chips_per_node(); ++chip) {
      if (finder.starts_at(node, chip)) groups.push_back(finder.from(node, chip));
    }
  }
  return groups;
}

}  // namespace podsim::collective
