#include "collective/torus/sends.hpp"

#include "platform/impossible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>

namespace podsim::collective {
namespace {

/// The shortest way from rank to rank. Ranks of one chip meet over its own link.
platform::TorusNetwork::Way way_between(const TorusTask& task, int from, int to) {
  const int chip = from / task.ranks_per_chip;
  if (chip == to / task.ranks_per_chip) return {.links = {task.torus.core_link(chip)}, .hops = 1};
  return task.torus.way(chip, to / task.ranks_per_chip);
}

double hops_seconds(const TorusTask& task, const platform::TorusNetwork::Way& way) {
  return way.between_pods ? task.timing.network_hop_seconds : way.hops * task.timing.chip_hop_seconds;
}

/// Adds the flow of one rank to another; the longest latency fills the phase.
void add_way(const TorusTask& task, int first_rank, platform::TorusNetwork::Way way, double share, Phase& phase) {
  phase.fill_seconds = std::max(phase.fill_seconds, hops_seconds(task, way));
  const int route = add_route(task, first_rank, std::move(way.links));
  phase.flows.push_back({route, share / task.timing.efficiency});
}

/// The rank at the group's distance.
int other_of(const TorusTask& task, int rank) {
  const int64_t other = int64_t{rank} + task.demand.group.stride;
  if (other >= 0 && other < int64_t{task.torus.chips()} * task.ranks_per_chip) return static_cast<int>(other);
  throw platform::Impossible(
      fmt::format("--op {}: rank {} has no rank at a distance of {}\n"
                  "  way out: take a shorter distance",
                  name_of(task.demand.operation), rank, task.demand.group.stride));
}

/// A way that is used in both directions at once has its half of each joined link without crossing it twice.
platform::TorusNetwork::Way one_of_both(platform::TorusNetwork::Way way) {
  way.links.erase(std::unique(way.links.begin(), way.links.end()), way.links.end());
  return way;
}

/// Where one chip stands for all: the flows that meet on the busiest link, halfway from senders to receivers.
Phase folded_sends(const TorusTask& task) {
  if (!task.demand.place.all()) {
    throw std::invalid_argument("one chip stands for a torus: it does not know which of its ranks send");
  }
  Phase phase{.name = "send", .flows = {}};
  platform::TorusNetwork::Way way;
  int flows = task.group.whole_chips ? 1 : task.ranks_per_chip;
  if (task.group.pods > 1) {
    way = {.links = task.torus.pod_rings().front(), .between_pods = true};
    flows *= task.torus.chips_per_node();
  } else if (task.group.whole_chips) {
    way = {.links = {task.torus.core_link(0)}, .hops = 1};
  } else {
    const TorusLine& line = task.group.lines.front();
    const bool joined = task.torus.axes()[line.axis].wraps;
    way = {.links = std::vector<int>(joined ? 2 : 1, task.torus.ring_hop(0, line.axis).front()), .hops = line.stride};
    flows *= line.stride;
  }
  for (int flow = 0; flow < flows; ++flow) add_way(task, 0, way, 1, phase);
  return phase;
}

}  // namespace

Schedule sends(const TorusTask& task) {
  if (task.torus.folded()) return {.phases = {folded_sends(task)}};
  Phase phase{.name = "send", .flows = {}};
  for (const int rank : first_ranks(task.demand, task.torus.chips() * task.ranks_per_chip)) {
    add_way(task, rank, way_between(task, rank, other_of(task, rank)), 1, phase);
  }
  return {.phases = {std::move(phase)}};
}

Schedule pairs(const TorusTask& task) {
  if (task.torus.folded()) throw std::invalid_argument("one chip stands for a torus: it has no two ranks");
  const Operation operation = task.demand.operation;
  Phase phase{.name = "exchange", .flows = {}};
  const double share = bus_factor(operation, 2);
  for (const int rank : first_ranks(task.demand, task.torus.chips() * task.ranks_per_chip)) {
    const int other = other_of(task, rank);
    if (operation == Operation::broadcast) {
      add_way(task, rank, way_between(task, rank, other), share, phase);
    } else {
      add_way(task, rank, one_of_both(way_between(task, rank, other)), share, phase);
      add_way(task, rank, one_of_both(way_between(task, other, rank)), share, phase);
    }
  }
  // Scattered and gathered, one after the other.
  if (operation == Operation::all_reduce) phase.fill_seconds *= 2;
  return {.phases = {std::move(phase)}};
}

}  // namespace podsim::collective
