#include "collective/boxes/ring.hpp"
#include "collective/boxes/stepwise.hpp"

#include <algorithm>
#include <tuple>

namespace podsim::collective {
namespace {

/// Node by node, chip by chip.
void sort_by_place(std::vector<GroupOnBoxes>& groups) {
  std::stable_sort(groups.begin(), groups.end(), [](const GroupOnBoxes& a, const GroupOnBoxes& b) {
    return std::tie(a.nodes.front(), a.chips.front()) < std::tie(b.nodes.front(), b.chips.front());
  });
}

/// The groups' parts in each box.
std::vector<GroupOnBoxes> in_boxes(const std::vector<GroupOnBoxes>& groups) {
  std::vector<GroupOnBoxes> parts;
  for (const GroupOnBoxes& group : groups) {
    for (size_t node = 0; node < group.nodes.size(); ++node) parts.push_back(group.in_node(node));
  }
  sort_by_place(parts);
  return parts;
}

/// One chip of all boxes of a group.
std::vector<GroupOnBoxes> across_boxes(const std::vector<GroupOnBoxes>& groups) {
  std::vector<GroupOnBoxes> parts;
  for (const GroupOnBoxes& group : groups) {
    for (const int chip : group.chips) parts.push_back(group.of_chip(chip));
  }
  sort_by_place(parts);
  return parts;
}

}  // namespace

Schedule hierarchical(const BoxesTask& task) {
  const Operation operation = task.demand.operation;
  const auto phase_in_box = [&](const char* name, Operation kind) {
    return ring_phase(task, in_boxes(task.groups), name, ring_work(kind, task.chips(), 1.0));
  };
  Schedule schedule;
  if (operation != Operation::all_gather && task.group.chips > 1) {
    schedule.phases.push_back(phase_in_box("reduce-scatter in box", Operation::reduce_scatter));
  }
  if (task.group.nodes > 1) {
    schedule.phases.push_back(ring_phase(task, across_boxes(task.groups), "across boxes",
                                         ring_work(operation, task.nodes(), 1 / task.chips())));
  }
  if (operation != Operation::reduce_scatter && task.group.chips > 1) {
    schedule.phases.push_back(phase_in_box("all-gather in box", Operation::all_gather));
  }
  return schedule;
}

}  // namespace podsim::collective
