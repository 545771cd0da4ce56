#include "collective/torus/torus.hpp"

#include "collective/torus/sends.hpp"
#include "collective/torus/turns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace podsim::collective {
namespace {

/// Links that a block crosses, one after the other, when every chip of a line passes blocks round. A closed line is
/// used both ways and meets halfway; an open one is a ring up over the even places and back over the odd ones.
double links_round(const TorusLine& line) { return line.stride * (line.ring ? line.size / 2 : 2 * line.size - 3); }

/// In a later turn: chips that are through last do not start the longest way.
double links_round_again(const TorusLine& line) {
  return line.ring || line.size == 2 ? links_round(line) : links_round(line) - line.stride;
}

/// From the first chip of a line to the last; on a closed one, a half of the bytes each way round.
double links_along(const TorusLine& line) { return line.stride * (line.size - 1); }

/// The longest of the shortest ways between chips of a line.
double links_across(const TorusLine& line) { return line.stride * (line.ring ? line.size / 2 : line.size - 1); }

/// From a chip to the next, and from the last of a line to the first.
double links_to_next(const TorusLine& line) { return line.stride * (line.ring ? 1 : line.size - 1); }

/// Messages of one chip turn off from axis to axis: the links of all lines.
double sum_of_links(const TorusGroup& group, double (*links)(const TorusLine&)) {
  double sum = 0;
  for (const TorusLine& line : group.lines) sum += links(line);
  return sum;
}

/// Bytes per second that a chip passes on along a line while all groups are at work.
double line_rate(const TorusTask& task, const TorusLine& line) {
  return task.torus.line_bytes_per_second(line.axis, line.size, line.stride) / task.groups_on_chip() *
         task.timing.efficiency;
}

class Builder {
 public:
  explicit Builder(const TorusTask& task) : task_(task), routes_(task.group.lines.size()) {}

  /// Every chip moves `share` of the bytes among its own ranks.
  void exchange_in_chip(const char* name, double share) {
    if (in_chips_.empty()) in_chips_ = routes_in_chips();
    Phase phase{.name = name, .fill_seconds = task_.timing.chip_hop_seconds, .flows = {}};
    for (const int route : in_chips_) phase.flows.push_back({route, share / task_.timing.efficiency});
    schedule_.phases.push_back(std::move(phase));
  }

  /// Every chip passes on what `turn` says along each line; the first message takes `fill_seconds`.
  void pass_along(std::string name, const Turn& turn, double fill_seconds) {
    Phase phase{.name = std::move(name), .fill_seconds = fill_seconds, .flows = {}};
    for (const auto& [line, share] : turn) {
      for (const int route : routes_along(line)) phase.flows.push_back({route, share / task_.timing.efficiency});
    }
    schedule_.phases.push_back(std::move(phase));
  }

  /// All blocks of a turn go round their lines. The turn ends with the line that takes longest from its first byte to
  /// its last.
  void pass_round(std::string name, const Turn& turn) {
    double longest = 0;
    double longest_transfer = 0;
    for (const auto& [index, share] : turn) {
      const TorusLine& line = task_.group.lines[index];
      const double transfer = share * task_.demand.bytes / line_rate(task_, line);
      const double links = turned_ ? links_round_again(line) : links_round(line);
      longest = std::max(longest, links * task_.timing.chip_hop_seconds + transfer);
      longest_transfer = std::max(longest_transfer, transfer);
    }
    turned_ = true;
    pass_along(std::move(name), turn, longest - longest_transfer);
  }

  /// The chips of one place in all pods work on `share` of the bytes each, through the cards of their nodes.
  void pass_between_pods(Operation operation, double share) {
    const int pods = task_.group.pods;
    if (pods == 1) return;
    const double turns = operation == Operation::all_reduce ? 2 : 1;
    Phase phase{
        .name = "between pods", .fill_seconds = turns * (pods - 1) * task_.timing.network_hop_seconds, .flows = {}};
    const int together = task_.by_group ? 1 : task_.torus.chips_per_node() * task_.groups_on_chip();
    const double passed_on = bus_factor(operation, pods) * share * together;
    for (const int route : routes_between_pods()) {
      phase.flows.push_back({route, passed_on / task_.timing.efficiency});
    }
    schedule_.phases.push_back(std::move(phase));
  }

  Schedule take() { return std::move(schedule_); }

 private:
  const std::vector<int>& routes_along(size_t line) {
    std::vector<int>& routes = routes_[line];
    const TorusLine& along = task_.group.lines[line];
    if (!routes.empty()) return routes;
    for (const auto& one : task_.torus.lines(along.axis, along.size, along.stride))
      add(one.first_chip, one.links, routes);
    return routes;
  }

  std::vector<int> routes_in_chips() {
    std::vector<int> routes;
    if (!task_.by_group) {
      for (auto& row : task_.torus.core_links()) routes.push_back(add_route(task_, 0, std::move(row)));
      return routes;
    }
    for (int chip = 0; chip < task_.torus.chips(); ++chip) add(chip, {task_.torus.core_link(chip)}, routes);
    return routes;
  }

  /// A route for the cards of each node, or for each chip's part of that.
  std::vector<int> routes_between_pods() {
    std::vector<int> routes;
    const auto rings = task_.torus.pod_rings();
    for (size_t node = 0; node < rings.size(); ++node) {
      const int chips = task_.by_group ? task_.torus.chips_per_node() : 0;
      if (chips == 0) routes.push_back(add_route(task_, 0, rings[node]));
      for (int chip = 0; chip < chips; ++chip) add(static_cast<int>(node) * chips + chip, rings[node], routes);
    }
    return routes;
  }

  /// Adds a route for each group that has this chip, of those at work.
  void add(int chip, const std::vector<int>& links, std::vector<int>& routes) {
    for (int i = 0; i < task_.groups_on_chip(); ++i) {
      const int rank = chip * task_.ranks_per_chip + i;
      const int first = task_.by_group ? first_rank(task_.demand, rank) : 0;
      if (!task_.by_group || task_.demand.place.holds(first)) routes.push_back(add_route(task_, first, links));
    }
  }

  const TorusTask& task_;
  Schedule schedule_;
  bool turned_ = false;
  std::vector<std::vector<int>> routes_;
  std::vector<int> in_chips_;
};

/// Bytes that cross the busiest link of each line when every chip sends 1/n of its bytes to every
/// other, axis after axis the shortest way: on a ring a quarter of its size (both directions are one
/// link), on a line what crosses its middle. A twisted torus has shorter ways, alike on all axes.
Turn all_to_all_turn(const TorusTask& task) {
  const auto& axes = task.torus.axes();
  const bool twisted = !task.torus.twisted_hops().empty() && task.group.lines.size() == axes.size() &&
                       std::all_of(task.group.lines.begin(), task.group.lines.end(),
                                   [&](const TorusLine& line) { return line.size == axes[line.axis].size; });
  Turn turn;
  for (size_t line = 0; line < task.group.lines.size(); ++line) {
    const int size = task.group.lines[line].size;
    const int below = size / 2;
    const int pairs = below * (size - below);
    turn[line] = twisted ? task.torus.twisted_hops()[line] : static_cast<double>(pairs) / size;
  }
  return turn;
}

/// Reduce-scatter, all-gather, or one after the other, with what lies between.
void scatter_and_gather(const TorusTask& task, double in_chip, Builder& builder) {
  const Operation operation = task.demand.operation;
  const std::vector<Turn> turns = scatter_turns(task.group.lines);
  double chips = 1;
  for (const TorusLine& line : task.group.lines) chips *= line.size;
  if (operation == Operation::all_gather) builder.pass_between_pods(operation, 1 / chips);
  if (operation != Operation::all_gather) {
    if (in_chip > 0) builder.exchange_in_chip("reduce-scatter in chip", in_chip);
    for (size_t turn = 0; turn < turns.size(); ++turn) {
      builder.pass_round(fmt::format("reduce-scatter {}", turn + 1), turns[turn]);
    }
    builder.pass_between_pods(operation, 1 / chips);
  }
  if (operation == Operation::reduce_scatter) return;
  for (size_t turn = turns.size(); turn-- > 0;) {
    builder.pass_round(fmt::format("all-gather {}", turns.size() - turn), turns[turn]);
  }
  if (in_chip > 0) builder.exchange_in_chip("all-gather in chip", in_chip);
}

/// A part goes along all axes in its own turns, each chip as soon as it has all of the part. The chip that it comes from
/// has its lines' turns one after the other. What the longer of both takes beyond the bytes of all turns.
double broadcast_fill(const TorusTask& task, const std::vector<Turn>& turns) {
  const std::vector<double> parts = part_shares(task.group.lines);
  const auto seconds = [&](double share, const TorusLine& line) {
    return share * task.demand.bytes / line_rate(task, line);
  };
  const auto fill = [&](const TorusLine& line) {
    const double chunk = std::min(task.timing.chunk_bytes, task.demand.bytes) / task.torus.link_bytes_per_second();
    return links_along(line) * task.timing.chip_hop_seconds + (links_along(line) - 1) * chunk;
  };
  double fills = 0;
  double seconds_of_all = 0;
  double last_fill = 0;
  for (const TorusLine& line : task.group.lines) {
    fills += fill(line);
    last_fill = std::max(last_fill, fill(line));
    seconds_of_all += seconds(1, line);
  }
  double in_turns = 0;
  for (const Turn& turn : turns) {
    double longest = 0;
    for (const auto& [line, share] : turn) longest = std::max(longest, seconds(share, task.group.lines[line]));
    in_turns += longest;
  }
  const double along_all = *std::max_element(parts.begin(), parts.end()) * seconds_of_all + fills;
  return std::max(along_all - in_turns, last_fill);
}

void broadcast(const TorusTask& task, double in_chip, Builder& builder) {
  double chips = 1;
  for (const TorusLine& line : task.group.lines) chips *= line.size;
  builder.pass_between_pods(Operation::broadcast, 1 / chips);
  const std::vector<Turn> turns = broadcast_turns(task.group.lines);
  const double fill = turns.empty() ? 0 : broadcast_fill(task, turns);
  for (size_t turn = 0; turn < turns.size(); ++turn) {
    builder.pass_along(fmt::format("broadcast {}", turn + 1), turns[turn], fill / static_cast<double>(turns.size()));
  }
  if (in_chip > 0) builder.exchange_in_chip("broadcast in chip", 1);
}

}  // namespace

int add_route(const TorusTask& task, int first_rank, std::vector<int> links) {
  task.first_ranks.push_back(first_rank);
  return task.network.add_route({.links = std::move(links)});
}

Schedule torus(const TorusTask& task) {
  if (task.demand.operation == Operation::send) return sends(task);
  if (task.group.pair) return pairs(task);
  Builder builder(task);
  const double in_chip = task.group.whole_chips ? (task.ranks_per_chip - 1.0) / task.ranks_per_chip : 0;
  const double hop = task.timing.chip_hop_seconds;
  switch (task.demand.operation) {
    case Operation::all_to_all:
      if (in_chip > 0) builder.exchange_in_chip("all to all in chip", in_chip);
      if (!task.group.lines.empty()) {
        builder.pass_along("all to all", all_to_all_turn(task), hop * sum_of_links(task.group, links_across));
      }
      builder.pass_between_pods(Operation::all_to_all, 1);
      break;
    case Operation::send_receive:
      // One direction of the first axis: half of what a closed line has.
      if (!task.group.lines.empty()) {
        builder.pass_along("send and receive", {{0, task.group.lines.front().ring ? 2.0 : 1.0}},
                           hop * sum_of_links(task.group, links_to_next));
      }
      if (task.group.lines.empty() && task.group.pods == 1) builder.exchange_in_chip("send and receive in chip", 1);
      if (task.group.lines.empty()) builder.pass_between_pods(Operation::send_receive, 1);
      break;
    case Operation::broadcast: broadcast(task, in_chip, builder); break;
    default: scatter_and_gather(task, in_chip, builder);
  }
  return builder.take();
}

}  // namespace podsim::collective
