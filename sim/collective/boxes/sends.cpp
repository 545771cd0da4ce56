#include "collective/boxes/sends.hpp"

#include "platform/impossible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace podsim::collective {
namespace {

/// The flow of a sender in a represented node. What it waits for is part of the phase.
void add_send(const BoxesTask& task, int node, int chip, Phase& phase) {
  const platform::BoxesNetwork& boxes = task.boxes;
  const int chips = boxes.chips_per_node();
  const int slice_node = boxes.fold().slice_node(node);
  const GroupOnBoxes from{.first_rank = slice_node * chips + chip, .chips = {chip}, .nodes = {node}, .next = {}};
  const int64_t to = int64_t{from.first_rank} + task.demand.group.stride;
  if (to < 0 || to >= int64_t{chips} * boxes.slice_nodes()) {
    throw platform::Impossible(
        fmt::format("--op send: rank {} has no rank at a distance of {}\n"
                    "  way out: take a shorter distance",
                    from.first_rank, task.demand.group.stride));
  }
  const auto to_node = static_cast<int>(to / chips);
  const auto to_chip = static_cast<int>(to % chips);
  const bool inside = to_node == slice_node;
  const bool over_pcie = inside && boxes.direct_links(chip, to_chip) == 0;
  phase.fill_seconds =
      std::max(phase.fill_seconds, inside ? task.chip_hop_seconds(over_pcie) : task.network_hop_seconds());
  add_flow(task, phase, from,
           inside ? boxes.chip_route(node, chip, to_chip)
                  : boxes.network_route(node, to_node, boxes.card_of(chip), chip, to_chip),
           1);
}

}  // namespace

Schedule sends(const BoxesTask& task) {
  Phase phase{.name = "send", .flows = {}};
  for (int node = 0; node < task.boxes.nodes(); ++node) {
    for (int chip = 0; chip < task.boxes.chips_per_node(); ++chip) {
      const int rank = task.boxes.fold().slice_node(node) * task.boxes.chips_per_node() + chip;
      if (is_first(task.demand, rank)) add_send(task, node, chip, phase);
    }
  }
  if (phase.flows.empty()) throw std::invalid_argument("no represented rank is in the place of a send");
  return {.phases = {std::move(phase)}};
}

}  // namespace podsim::collective
