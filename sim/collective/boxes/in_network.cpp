#include "collective/boxes/in_network.hpp"

#include "collective/boxes/tree.hpp"
#include "collective/boxes/visits.hpp"

#include <algorithm>
#include <utility>

namespace podsim::collective {
namespace {

/// One flow through the ports of all members in each box.
void add_box_flows(const BoxesTask& task, Phase& phase, double share) {
  if (task.group.chips == 1) return;
  for (const GroupOnBoxes& at : task.groups) {
    const std::vector<int>& members = at.chips;
    for (const int node : at.nodes) {
      std::vector<int> links;
      for (size_t i = 0; i < members.size(); ++i) {
        const std::vector<int> hop = task.boxes.chip_route(node, members[i], members[(i + 1) % members.size()]);
        links.insert(links.end(), hop.begin(), hop.end());
      }
      add_flow(task, phase, at, std::move(links), share);
    }
  }
}

double share_with_switch(const BoxesTask& task) { return 1 + 1 / task.chips(); }

/// Every chip works on a part of its own, `parts` of them a chip, in chunks of this size.
double chunk_of_a_part(const BoxesTask& task, double parts) {
  return std::min(task.timing.chunk_bytes, task.demand.bytes / task.chips() / parts);
}

/// The first chunks of all chips of a box come together before the network starts, and the last ones spread after it.
double fill_in_box(const BoxesTask& task, double chunk_bytes) {
  if (task.group.chips == 1) return 0;
  const GroupOnBoxes& first = task.groups.front();
  const double rate =
      slowest_link(task.network, task.boxes.chip_route(first.nodes.front(), first.chips[0], first.chips[1]));
  return 2 * task.chips() * chunk_bytes / rate;
}

/// Chunks of the chips that share a card cross it together.
double chunk_on_card(const BoxesTask& task, double chunk_bytes) {
  const auto cards = static_cast<double>(paths_between_cards(task.boxes, task.groups.front().chips).size());
  return chunk_bytes * task.chips() / cards;
}

}  // namespace

Schedule nvls(const BoxesTask& task) {
  Phase phase{.name = "nvls", .fill_seconds = task.chip_hop_seconds(false), .flows = {}};
  add_box_flows(task, phase, share_with_switch(task));
  return {.phases = {std::move(phase)}};
}

Schedule nvls_tree(const BoxesTask& task) {
  Phase phase{.name = "nvls_tree", .flows = {}};
  const double chunk = chunk_of_a_part(task, 2);
  phase.fill_seconds = task.chip_hop_seconds(false) + fill_in_box(task, chunk) +
                       tree_fill_between_boxes(task, chunk_on_card(task, chunk));
  add_box_flows(task, phase, share_with_switch(task));
  // The efficiency is that of adding up in the box.
  catalog::AlgorithmTiming between = task.timing;
  between.efficiency = 1;
  add_tree_flows({.boxes = task.boxes,
                  .network = task.network,
                  .first_ranks = task.first_ranks,
                  .timing = between,
                  .group = task.group,
                  .groups = task.groups,
                  .demand = task.demand,
                  .hop_factor = task.hop_factor},
                 phase, false);
  return {.phases = {std::move(phase)}};
}

Schedule sharp(const BoxesTask& task) {
  Phase phase{.name = "sharp", .flows = {}};
  const double chips = task.chips();
  const double chunk = chunk_of_a_part(task, 1);
  const double chip_hops = task.boxes.reduces() ? 1 : 2;
  // A chunk goes up to the switch and down again, one after the other.
  phase.fill_seconds = chip_hops * task.chip_hop_seconds(!task.boxes.switched()) + fill_in_box(task, chunk) +
                       task.network_hop_seconds() + chunk_on_card(task, chunk) / card_bytes_per_second(task);
  add_box_flows(task, phase, task.boxes.reduces() ? share_with_switch(task) : 2 * (chips - 1) / chips);
  for (const GroupOnBoxes& at : task.groups) {
    const auto paths = paths_between_cards(task.boxes, at.chips);
    for (const CardPath& path : paths) {
      std::vector<int> links;
      const int chip = path.visit.front();
      for (size_t node = 0; node < at.nodes.size(); ++node) {
        const auto hop = task.boxes.network_route(at.nodes[node], at.next[node], path.card, chip, chip);
        links.insert(links.end(), hop.begin(), hop.end());
      }
      add_flow(task, phase, at, std::move(links), 1.0 / static_cast<double>(paths.size()));
    }
  }
  return {.phases = {std::move(phase)}};
}

}  // namespace podsim::collective
