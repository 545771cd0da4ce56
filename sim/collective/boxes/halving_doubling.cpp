#include "collective/boxes/stepwise.hpp"

#include "platform/impossible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace podsim::collective {
namespace {

bool is_power_of_two(int number) { return (number & (number - 1)) == 0; }

std::vector<int> both_ways(std::vector<int> there, const std::vector<int>& back) {
  there.insert(there.end(), back.begin(), back.end());
  return there;
}

/// Chips `distance` members apart in each box swap `share` of the bytes.
Phase swap_in_box(const BoxesTask& task, int distance, double share) {
  Phase phase{.name = fmt::format("swap at {}", distance), .flows = {}};
  bool over_pcie = false;
  for (const GroupOnBoxes& at : task.groups) {
    const std::vector<int>& members = at.chips;
    for (const int node : at.nodes) {
      for (int i = 0; i < task.group.chips; ++i) {
        const int partner = i ^ distance;
        if (partner < i) continue;
        over_pcie = over_pcie || task.boxes.direct_links(members[i], members[partner]) == 0;
        add_flow(task, phase, at,
                 both_ways(task.boxes.chip_route(node, members[i], members[partner]),
                           task.boxes.chip_route(node, members[partner], members[i])),
                 share);
      }
    }
  }
  phase.fill_seconds = task.chip_hop_seconds(over_pcie);
  return phase;
}

/// The same chips of nodes `distance` members apart swap `share` of the bytes.
Phase swap_between_boxes(const BoxesTask& task, int distance, double share) {
  Phase phase{
      .name = fmt::format("swap at {} nodes", distance), .fill_seconds = task.network_hop_seconds(), .flows = {}};
  for (const GroupOnBoxes& at : task.groups) {
    const std::vector<int>& nodes = at.nodes;
    for (const int chip : at.chips) {
      const int card = task.boxes.card_of(chip);
      const bool whole = at.whole();
      for (int i = 0; i < static_cast<int>(nodes.size()); ++i) {
        const int partner = i ^ distance;
        if (whole && partner < i) continue;
        const int to = whole ? task.boxes.fold().slice_node(nodes[partner]) : at.next[i];
        auto links = task.boxes.network_route(nodes[i], to, card, chip, chip);
        if (whole) {
          const int back = task.boxes.fold().slice_node(nodes[i]);
          links = both_ways(std::move(links), task.boxes.network_route(nodes[partner], back, card, chip, chip));
        }
        add_flow(task, phase, at, std::move(links), share);
      }
    }
  }
  return phase;
}

}  // namespace

Schedule halving_doubling(const BoxesTask& task) {
  if (!is_power_of_two(task.group.chips) || !is_power_of_two(task.group.nodes)) {
    throw platform::Impossible(
        fmt::format("--algorithm halving_doubling: {} members on each of {} nodes are no powers of two\n"
                    "  way out: take a power of two of both, or another algorithm",
                    task.group.chips, task.group.nodes));
  }
  std::vector<Phase> halving;
  double share = 0.5;
  for (int distance = 1; distance < task.group.chips; distance *= 2, share /= 2) {
    halving.push_back(swap_in_box(task, distance, share));
  }
  for (int distance = 1; distance < task.group.nodes; distance *= 2, share /= 2) {
    halving.push_back(swap_between_boxes(task, distance, share));
  }
  Schedule schedule;
  if (task.demand.operation != Operation::all_gather) schedule.phases = halving;
  if (task.demand.operation != Operation::reduce_scatter) {
    std::reverse(halving.begin(), halving.end());
    for (Phase& phase : halving) schedule.phases.push_back(std::move(phase));
  }
  return schedule;
}

}  // namespace podsim::collective
