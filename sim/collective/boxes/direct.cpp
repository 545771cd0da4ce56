#include "collective/boxes/stepwise.hpp"

#include "collective/boxes/sends.hpp"

#include <algorithm>
#include <utility>

namespace podsim::collective {
namespace {

bool some_pcie(const BoxesTask& task) {
  const std::vector<int>& members = task.groups.front().chips;
  for (const int from : members) {
    for (const int to : members) {
      if (from != to && task.boxes.direct_links(from, to) == 0) return true;
    }
  }
  return false;
}

/// What the members in one node have for each other: behind a switch one flow through all their ports.
void add_in_box(const BoxesTask& task, const GroupOnBoxes& at, int node, Phase& phase) {
  const std::vector<int>& members = at.chips;
  const double ranks = task.ranks();
  if (task.boxes.switched() && members.size() > 1) {
    std::vector<int> links;
    for (size_t i = 0; i < members.size(); ++i) {
      const auto hop = task.boxes.chip_route(node, members[i], members[(i + 1) % members.size()]);
      links.insert(links.end(), hop.begin(), hop.end());
    }
    add_flow(task, phase, at, std::move(links), (task.chips() - 1) / ranks);
    return;
  }
  for (const int from : members) {
    for (const int to : members) {
      if (from != to) add_flow(task, phase, at, task.boxes.chip_route(node, from, to), 1 / ranks);
    }
  }
}

/// What a chip sends to all members in nodes `distance` members of the group away.
void add_between_boxes(const BoxesTask& task, const GroupOnBoxes& at, int chip, int distance, double share,
                       Phase& phase) {
  const int card = task.boxes.card_of(chip);
  const std::vector<int>& nodes = at.nodes;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const int partner = nodes[(i + static_cast<size_t>(distance)) % nodes.size()];
    const int to = at.whole() ? task.boxes.fold().slice_node(partner) : at.next[i];
    add_flow(task, phase, at, task.boxes.network_route(nodes[i], to, card, chip, chip), share);
  }
}

Schedule all_to_all(const BoxesTask& task) {
  Phase phase{.name = "all to all", .flows = {}};
  phase.fill_seconds = task.group.nodes > 1 ? task.network_hop_seconds() : task.chip_hop_seconds(some_pcie(task));
  const auto& levels = task.boxes.cluster().levels;
  const bool alike = std::none_of(levels.begin(), levels.end(), [&](const catalog::FabricLevel& level) {
    return level.oversubscription > 1 && level.nodes < task.boxes.slice_nodes();
  });
  for (const GroupOnBoxes& at : task.groups) {
    for (const int node : at.nodes) add_in_box(task, at, node, phase);
    if (task.group.nodes == 1) continue;
    for (const int chip : at.chips) {
      // Where nothing but the cards limits them, all distances are alike.
      const int distances = alike ? 1 : task.group.nodes - 1;
      const double share = (task.nodes() - 1) / task.nodes() / distances;
      for (int distance = 1; distance <= distances; ++distance) {
        add_between_boxes(task, at, chip, distance, share, phase);
      }
    }
  }
  return {.phases = {std::move(phase)}};
}

Schedule send_receive(const BoxesTask& task) {
  Phase phase{.name = "send and receive", .flows = {}};
  phase.fill_seconds = task.group.nodes > 1 ? task.network_hop_seconds() : task.chip_hop_seconds(some_pcie(task));
  for (const GroupOnBoxes& at : task.groups) {
    const std::vector<int>& members = at.chips;
    const int last = members.back();
    for (size_t node = 0; node < at.nodes.size(); ++node) {
      for (size_t i = 0; i + 1 < members.size(); ++i) {
        add_flow(task, phase, at, task.boxes.chip_route(at.nodes[node], members[i], members[i + 1]), 1);
      }
      if (task.group.nodes > 1) {
        add_flow(
            task, phase, at,
            task.boxes.network_route(at.nodes[node], at.next[node], task.boxes.card_of(last), last, members.front()),
            1);
      } else if (members.size() > 1) {
        add_flow(task, phase, at, task.boxes.chip_route(at.nodes[node], last, members.front()), 1);
      }
    }
  }
  return {.phases = {std::move(phase)}};
}

}  // namespace

Schedule direct(const BoxesTask& task) {
  if (task.demand.operation == Operation::send) return sends(task);
  return task.demand.operation == Operation::all_to_all ? all_to_all(task) : send_receive(task);
}

}  // namespace podsim::collective
