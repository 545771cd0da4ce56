#include "collective/plan.hpp"

#include "catalog/text/error.hpp"
#include "collective/boxes/boxes_group.hpp"
#include "collective/boxes/cost.hpp"
#include "collective/boxes/in_network.hpp"
#include "collective/boxes/ring.hpp"
#include "collective/boxes/stepwise.hpp"
#include "collective/boxes/tree.hpp"
#include "collective/boxes/visits.hpp"
#include "collective/torus/torus.hpp"
#include "platform/impossible.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <limits>
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
       return operation == Operation::all_to_all || operation == Operation::send_receive;
     },
     direct, true},
}};

/// Those that can do the operation for a group on these boxes.
std::vector<OnBoxes> runnable(Operation operation, const platform::BoxesNetwork& boxes, const BoxesGroup& group) {
  std::vector<OnBoxes> found;
  std::copy_if(kOnBoxes.begin(), kOnBoxes.end(), std::back_inserter(found),
               [&](const OnBoxes& row) { return row.can_run(operation, boxes, group); });
  return found;
}

int cards_of(const platform::BoxesNetwork& boxes, const BoxesGroup& group) {
  return static_cast<int>(paths_between_cards(boxes, group.members(0)).size());
}

PlannedRates planned_rates(const platform::BoxesNetwork& boxes, const BoxesGroup& group) {
  BoxesGroup in_box = group;
  in_box.nodes = 1;
  PlannedRates rates;
  rates.box = group.chips > 1 ? ring_bytes_per_second(boxes, in_box) : std::numeric_limits<double>::infinity();
  rates.network = group.nodes > 1 ? ring_bytes_per_second(boxes, group) : std::numeric_limits<double>::infinity();
  const std::vector<int> members = group.members(0);
  rates.cards = cards_of(boxes, group);
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

Choice choose(const platform::BoxesNetwork& boxes, const BoxesGroup& group, const Demand& demand,
              const catalog::Library& library, const catalog::ArchitectureLimits& limits) {
  const std::vector<OnBoxes> rows = runnable(demand.operation, boxes, group);
  // Nothing else can do what it does.
  if (rows.front().algorithm == Algorithm::direct) return {.algorithm = Algorithm::direct};
  const PlannedRates rates = planned_rates(boxes, group);
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

Schedule plan_on_boxes(Machine& machine, const Demand& demand, const catalog::Library& library,
                       const std::optional<Choice>& forced) {
  const platform::BoxesNetwork& boxes = *machine.boxes();
  const BoxesGroup group = boxes_group(demand.group, boxes);
  const catalog::ArchitectureLimits& limits = library.limits(machine.architecture());
  const Choice choice = forced ? *forced : choose(boxes, group, demand, library, limits);
  const OnBoxes row = row_of(choice, demand, boxes, group);
  const catalog::AlgorithmTiming& timing = timing_of(library, choice);
  const BoxesTask task{.boxes = boxes,
                       .network = machine.network(),
                       .timing = timing,
                       .group = group,
                       .demand = demand,
                       .hop_factor = hop_factor(library, limits, choice.algorithm, choice.protocol, group, demand),
                       .rate_limit = rate_limit(library, limits, choice.algorithm, choice.protocol, group.nodes,
                                                group.nodes > 1 ? cards_of(boxes, group) : 1)};
  Schedule schedule = row.run(task);
  schedule.choice = choice;
  schedule.base_seconds = start_seconds(limits, timing, demand.bytes);
  return schedule;
}

Schedule plan_on_torus(Machine& machine, const Demand& demand, const catalog::Library& library,
                       const std::optional<Choice>& forced) {
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
                       .timing = timing,
                       .ranks_per_chip = machine.ranks_per_chip(),
                       .group = torus_group(demand.group, *machine.torus(), machine.ranks_per_chip()),
                       .demand = demand};
  Schedule schedule = torus(task);
  schedule.choice = Choice{.algorithm = Algorithm::torus, .protocol = Protocol::simple};
  schedule.base_seconds = start_seconds(library.limits(machine.architecture()), timing, demand.bytes);
  return schedule;
}

}  // namespace

Schedule plan(Machine& machine, const Demand& demand, const catalog::Library& library,
              const std::optional<Choice>& forced) {
  if (demand.group.size > machine.ranks() || machine.ranks() % demand.group.size != 0) {
    throw platform::Impossible(
        fmt::format("--group {}:{}: {} ranks do not fall into groups of {}\n"
                    "  way out: take a size that divides the ranks",
                    demand.group.size, demand.group.stride, machine.ranks(), demand.group.size));
  }
  if (demand.group.size == 1) return {};
  return machine.torus() != nullptr ? plan_on_torus(machine, demand, library, forced)
                                    : plan_on_boxes(machine, demand, library, forced);
}

}  // namespace podsim::collective
