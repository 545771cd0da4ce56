#include "collective/plan.hpp"

#include "catalog/text/error.hpp"
#include "collective/boxes/boxes_group.hpp"
#include "collective/boxes/cost.hpp"
#include "collective/boxes/in_network.hpp"
#include "collective/boxes/ring.hpp"
#include "collective/boxes/stepwise.hpp"
#include "collective/boxes/tree.hpp"
#include "collective/boxes/visits.hpp"
#include "collective/one_group.hpp"
#include "collective/torus/torus.hpp"
#include "platform/impossible.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace podsim::collective {
namespace {

using catalog::Algorithm;
using catalog::Protocol;

constexpr std::array kProtocols = {Protocol::ll, Protocol::ll128, Protocol::simple};

bool all_rounds(Operation operation) {
  return operation == Operation::all_reduce || operation == Operation::reduce_scatter ||
         operation == Operation::all_gather;
}

/// An algorithm over boxes.
struct OnBoxes {
  Algorithm algorithm;
  bool (*can_run)(Operation, const platform::BoxesNetwork&, const BoxesGroup&);
  Schedule (*run)(const BoxesTask&);
  bool choosable;  ///< a library takes it by itself; the others are there to be compared with
};

constexpr std::array<OnBoxes, 8> kOnBoxes = {{
    {Algorithm::ring,
     [](Operation operation, const auto&, const auto&) {
       return all_rounds(operation) || operation == Operation::broadcast;
     },
     ring, true},
    {Algorithm::tree, [](Operation operation, const auto&, const auto&) { return operation == Operation::all_reduce; },
     tree, true},
    {Algorithm::nvls,
     [](Operation operation, const auto& boxes, const auto& group) {
       return operation == Operation::all_reduce && boxes.reduces() && group.nodes == 1;
     },
     nvls, true},
    {Algorithm::nvls_tree,
     [](Operation operation, const auto& boxes, const auto& group) {
       return operation == Operation::all_reduce && boxes.reduces() && group.nodes > 1;
     },
     nvls_tree, true},
    {Algorithm::sharp,
     [](Operation operation, const auto& boxes, const auto& group) {
       return operation == Operation::all_reduce && boxes.cluster().reduces && group.nodes > 1;
     },
     sharp, true},
    {Algorithm::hierarchical,
     [](Operation operation, const auto&, const auto& group) { return all_rounds(operation) && group.nodes > 1; },
     hierarchical, false},
    {Algorithm::halving_doubling, [](Operation operation, const auto&, const auto&) { return all_rounds(operation); },
     halving_doubling, false},
    {Algorithm::direct,
     [](Operation operation, const auto&, const auto&) {
       return operation == Operation::all_to_all || operation == Operation::send_receive ||
              operation == Operation::send;
     },
     direct, true},
}};

/// Those that can do the operation for a group on these boxes.
std::vector<OnBoxes> runnable(Operation operation, const platform::BoxesNetwork& boxes, const BoxesGroup& group) {
  std::vector<OnBoxes> found;
  std::copy_if(kOnBoxes.begin(), kOnBoxes.end(), std::back_inserter(found), [&](const OnBoxes& row) {
    return row.can_run(operation, boxes, group) && (!group.shifted || row.algorithm == Algorithm::ring);
  });
  return found;
}

int cards_of(const platform::BoxesNetwork& boxes, const GroupOnBoxes& first) {
  return first.shifted() ? 1 : static_cast<int>(paths_between_cards(boxes, first.chips).size());
}

/// What one of a demand's groups has in its first node.
PlannedRates planned_rates(const platform::BoxesNetwork& boxes, const GroupOnBoxes& first) {
  GroupOnBoxes there = first;
  there.nodes.resize(1);
  PlannedRates rates;
  const std::vector<int>& members = first.chips;
  rates.box =
      members.size() > 1 ? ring_bytes_per_second(boxes, first.in_node(0)) : std::numeric_limits<double>::infinity();
  rates.network = first.group_nodes > 1 ? ring_bytes_per_second(boxes, there) : std::numeric_limits<double>::infinity();
  rates.cards = cards_of(boxes, first);
  for (size_t i = 0; i + 1 < members.size(); ++i) {
    rates.nvlink = rates.nvlink && boxes.direct_links(members[i], members[i + 1]) > 0;
  }
  return rates;
}

[[noreturn]] void fail_constants(const catalog::Library& library, const std::string& what) {
  throw catalog::InputError(fmt::format(
      "library {} has no constants for {}\n  way out: choose another library, or add them to its algorithms",
      library.name, what));
}

[[noreturn]] void fail_shifted(const Demand& demand) {
  throw platform::Impossible(
      fmt::format("--group {}:{}: its members lie on other chips from node to node, and {} has no way for that\n"
                  "  way out: take a distance of whole nodes",
                  demand.group.size, demand.group.stride, name_of(demand.operation)));
}

Choice choose(const platform::BoxesNetwork& boxes, const BoxesGroup& group, const GroupOnBoxes& first,
              const Demand& demand, const catalog::Library& library, const catalog::ArchitectureLimits& limits) {
  const std::vector<OnBoxes> rows = runnable(demand.operation, boxes, group);
  if (rows.empty()) fail_shifted(demand);
  // Nothing else can do what it does.
  if (rows.front().algorithm == Algorithm::direct) return {.algorithm = Algorithm::direct};
  const PlannedRates rates = planned_rates(boxes, first);
  std::optional<Choice> best;
  double least = std::numeric_limits<double>::infinity();
  for (const OnBoxes& row : rows) {
    if (!row.choosable) continue;
    for (const Protocol protocol : kProtocols) {
      const double seconds = planned_seconds(library, limits, row.algorithm, protocol, group, demand, rates);
      if (seconds >= least) continue;
      least = seconds;
      best = {.algorithm = row.algorithm, .protocol = protocol};
    }
  }
  if (!best) fail_constants(library, fmt::format("{} on boxes", name_of(demand.operation)));
  return *best;
}

/// The row of what was chosen or forced.
OnBoxes row_of(const Choice& choice, const Demand& demand, const platform::BoxesNetwork& boxes,
               const BoxesGroup& group) {
  std::vector<std::string> names;
  for (const OnBoxes& row : runnable(demand.operation, boxes, group)) {
    if (row.algorithm == choice.algorithm) return row;
    names.push_back(catalog::name_of(row.algorithm));
  }
  throw platform::Impossible(
      fmt::format("--algorithm {}: it cannot {} here\n  way out: take one of {}, or leave the choice to the library",
                  catalog::name_of(choice.algorithm), name_of(demand.operation), fmt::join(names, ", ")));
}

/// The constants of an algorithm; those that a library does not know run as its rings do.
const catalog::AlgorithmTiming& timing_of(const catalog::Library& library, const Choice& choice) {
  auto protocols = library.algorithms.find(choice.algorithm);
  if (protocols == library.algorithms.end()) protocols = library.algorithms.find(Algorithm::ring);
  if (protocols != library.algorithms.end()) {
    const auto timing = protocols->second.find(choice.protocol);
    if (timing != protocols->second.end()) return timing->second;
  }
  fail_constants(library, fmt::format("{} with protocol {}", catalog::name_of(choice.algorithm),
                                      catalog::name_of(choice.protocol)));
}

double start_seconds(const catalog::ArchitectureLimits& limits, const catalog::AlgorithmTiming& timing, double bytes) {
  const double ramp = timing.ramp_seconds > 0 ? timing.ramp_seconds * bytes / (bytes + timing.ramp_bytes) : 0;
  return limits.start_seconds + timing.base_seconds + ramp;
}

/// The groups of a demand, of which a send has none: it goes from chip to chip.
std::vector<GroupOnBoxes> groups_of(const BoxesGroup& group, const Demand& demand,
                                    const platform::BoxesNetwork& boxes) {
  if (demand.operation == Operation::send) return {GroupOnBoxes{.chips = {0}, .nodes = {0}, .next = {0}}};
  std::vector<GroupOnBoxes> groups = groups_on_boxes(group, demand, boxes);
  if (groups.empty()) throw std::invalid_argument("no group starts in the place of a collective");
  return groups;
}

Schedule plan_on_boxes(Machine& machine, const Demand& demand, const catalog::Library& library,
                       const std::optional<Choice>& forced, std::vector<int>& first_ranks) {
  const platform::BoxesNetwork& boxes = *machine.boxes();
  const BoxesGroup group = demand.operation == Operation::send ? BoxesGroup{} : boxes_group(demand, boxes);
  const std::vector<GroupOnBoxes> groups = groups_of(group, demand, boxes);
  const catalog::ArchitectureLimits& limits = library.limits(machine.architecture());
  const Choice choice = forced ? *forced : choose(boxes, group, groups.front(), demand, library, limits);
  const OnBoxes row = row_of(choice, demand, boxes, group);
  const catalog::AlgorithmTiming& timing = timing_of(library, choice);
  const BoxesTask task{.boxes = boxes,
                       .network = machine.network(),
                       .first_ranks = first_ranks,
                       .timing = timing,
                       .group = group,
                       .groups = groups,
                       .demand = demand,
                       .hop_factor = hop_factor(library, limits, choice.algorithm, choice.protocol, group, demand),
                       .rate_limit = rate_limit(library, limits, choice.algorithm, choice.protocol, group.nodes,
                                                group.nodes > 1 ? cards_of(boxes, groups.front()) : 1)};
  Schedule schedule = row.run(task);
  schedule.choice = choice;
  schedule.base_seconds = start_seconds(limits, timing, demand.bytes);
  return schedule;
}

/// Of sends over a whole torus each finds its own way.
TorusGroup group_on_torus(const Machine& machine, const Demand& demand) {
  if (demand.operation == Operation::send && !machine.torus()->folded()) return {};
  return torus_group(demand, *machine.torus(), machine.ranks_per_chip());
}

Schedule plan_on_torus(Machine& machine, const Demand& demand, const catalog::Library& library,
                       const std::optional<Choice>& forced, std::vector<int>& first_ranks, bool by_group) {
  if (forced && forced->algorithm != Algorithm::torus) {
    throw platform::Impossible(fmt::format(
        "--algorithm {}: a torus has only the algorithm along its axes\n  way out: take torus, or leave it away",
        catalog::name_of(forced->algorithm)));
  }
  const auto protocols = library.algorithms.find(Algorithm::torus);
  if (protocols == library.algorithms.end() || !protocols->second.contains(Protocol::simple)) {
    fail_constants(library, "torus with protocol simple");
  }
  const catalog::AlgorithmTiming& timing = protocols->second.at(Protocol::simple);
  const TorusTask task{.torus = *machine.torus(),
                       .network = machine.network(),
                       .first_ranks = first_ranks,
                       .timing = timing,
                       .ranks_per_chip = machine.ranks_per_chip(),
                       .group = group_on_torus(machine, demand),
                       .demand = demand,
                       .by_group = !machine.torus()->folded() && (by_group || !demand.place.all())};
  Schedule schedule = torus(task);
  schedule.choice = Choice{.algorithm = Algorithm::torus, .protocol = Protocol::simple};
  schedule.base_seconds = start_seconds(library.limits(machine.architecture()), timing, demand.bytes);
  return schedule;
}

void check_ranks(const Machine& machine, const Demand& demand) {
  const auto& [size, stride, jobs] = demand.group;
  if (demand.operation == Operation::send && size != 2) {
    throw platform::Impossible(
        fmt::format("--op send: a group of {} ranks; one rank sends to one other\n"
                    "  way out: take groups of two, --group 2:DISTANCE",
                    size));
  }
  if (size > machine.ranks() || (demand.place.all() && machine.ranks() % size != 0)) {
    throw platform::Impossible(
        fmt::format("--group {}:{}: {} ranks do not fall into groups of {}\n"
                    "  way out: take a size that divides the ranks",
                    size, stride, machine.ranks(), size));
  }
}

PlannedGroups plan_groups(Machine& machine, const Demand& demand, const catalog::Library& library,
                          const std::optional<Choice>& forced, bool by_group) {
  PlannedGroups planned;
  planned.schedule = machine.torus() != nullptr
                         ? plan_on_torus(machine, demand, library, forced, planned.first_ranks, by_group)
                         : plan_on_boxes(machine, demand, library, forced, planned.first_ranks);
  return planned;
}

}  // namespace

Schedule plan(Machine& machine, const Demand& demand, const catalog::Library& library,
              const std::optional<Choice>& forced) {
  if (demand.instance != kAllGroups) {
    return plan_instances(machine, demand, {demand.instance}, library, forced).at(demand.instance);
  }
  check_ranks(machine, demand);
  if (demand.group.size == 1) return {};
  return plan_groups(machine, demand, library, forced, false).schedule;
}

std::map<int, Schedule> plan_instances(Machine& machine, const Demand& demand, const std::set<int>& first_ranks,
                                       const catalog::Library& library, const std::optional<Choice>& forced) {
  check_ranks(machine, demand);
  std::map<int, Schedule> schedules;
  if (demand.group.size == 1) {
    for (const int first_rank : first_ranks) schedules[first_rank] = {};
    return schedules;
  }
  if (machine.torus() != nullptr && machine.folded()) {
    throw std::invalid_argument("one chip stands for a torus: it has no groups of its own");
  }
  return one_by_one(plan_groups(machine, demand, library, forced, true), first_ranks, machine.network());
}

}  // namespace podsim::collective
