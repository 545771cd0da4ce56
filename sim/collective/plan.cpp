#include "collective/plan.hpp"

#include "catalog/text/error.hpp"
#include "catalog/text/nearest.hpp"
#include "collective/boxes_group.hpp"
#include "collective/cost.hpp"
#include "collective/in_network.hpp"
#include "collective/ring.hpp"
#include "collective/stepwise.hpp"
#include "collective/torus.hpp"
#include "collective/tree.hpp"
#include "collective/visits.hpp"
#include "platform/impossible.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <limits>
#include <vector>

namespace podsim::collective {
namespace {

using catalog::Protocol;

constexpr std::array kProtocols = {Protocol::ll, Protocol::ll128, Protocol::simple};

bool all_rounds(Operation operation) {
  return operation == Operation::all_reduce || operation == Operation::reduce_scatter ||
         operation == Operation::all_gather;
}

/// Whether an algorithm can do the operation for a group on these boxes.
bool can_run(const std::string& algorithm, Operation operation, const platform::BoxesNetwork& boxes,
             const BoxesGroup& group) {
  const bool reduces_all = operation == Operation::all_reduce;
  if (algorithm == "direct") return operation == Operation::all_to_all || operation == Operation::send_receive;
  if (algorithm == "ring") return all_rounds(operation) || operation == Operation::broadcast;
  if (algorithm == "tree") return reduces_all;
  if (algorithm == "nvls") return reduces_all && boxes.reduces() && group.nodes == 1;
  if (algorithm == "nvls_tree") return reduces_all && boxes.reduces() && group.nodes > 1;
  if (algorithm == "sharp") return reduces_all && boxes.cluster().reduces && group.nodes > 1;
  if (algorithm == "hierarchical") return all_rounds(operation) && group.nodes > 1;
  if (algorithm == "halving_doubling") return all_rounds(operation);
  return false;
}

std::vector<std::string> runnable(Operation operation, const platform::BoxesNetwork& boxes, const BoxesGroup& group) {
  std::vector<std::string> names;
  for (const std::string& name : catalog::collective_algorithms()) {
    if (can_run(name, operation, boxes, group)) names.push_back(name);
  }
  return names;
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

/// Algorithms that a library never takes by itself: they are there to be compared with.
bool is_choosable(const std::string& algorithm) {
  return algorithm != "hierarchical" && algorithm != "halving_doubling";
}

[[noreturn]] void fail_constants(const catalog::Library& library, const std::string& what) {
  throw catalog::InputError(fmt::format(
      "library {} has no constants for {}\n  way out: choose another library, or add them to its algorithms",
      library.name, what));
}

Choice choose(const platform::BoxesNetwork& boxes, const BoxesGroup& group, const Demand& demand,
              const catalog::Library& library, const catalog::ArchitectureLimits& limits) {
  if (can_run("direct", demand.operation, boxes, group)) return {.algorithm = "direct"};
  const PlannedRates rates = planned_rates(boxes, group);
  Choice best;
  double least = std::numeric_limits<double>::infinity();
  for (const std::string& algorithm : runnable(demand.operation, boxes, group)) {
    if (!is_choosable(algorithm)) continue;
    for (const Protocol protocol : kProtocols) {
      const double seconds = planned_seconds(library, limits, algorithm, protocol, group, demand, rates);
      if (seconds >= least) continue;
      least = seconds;
      best = {.algorithm = algorithm, .protocol = protocol};
    }
  }
  if (best.algorithm.empty()) fail_constants(library, fmt::format("{} on boxes", name_of(demand.operation)));
  return best;
}

void check_forced(const Choice& forced, const Demand& demand, const platform::BoxesNetwork& boxes,
                  const BoxesGroup& group) {
  if (can_run(forced.algorithm, demand.operation, boxes, group)) return;
  throw platform::Impossible(fmt::format(
      "--algorithm {}: it cannot {} here\n  way out: take one of {}, or leave the choice to the library",
      forced.algorithm, name_of(demand.operation), fmt::join(runnable(demand.operation, boxes, group), ", ")));
}

/// The constants of an algorithm; those that a library does not know run as its rings do.
const catalog::AlgorithmTiming& timing_of(const catalog::Library& library, const Choice& choice) {
  auto protocols = library.algorithms.find(choice.algorithm);
  if (protocols == library.algorithms.end()) protocols = library.algorithms.find("ring");
  if (protocols != library.algorithms.end()) {
    const auto timing = protocols->second.find(choice.protocol);
    if (timing != protocols->second.end()) return timing->second;
  }
  fail_constants(library, fmt::format("{} with protocol {}", choice.algorithm, catalog::name_of(choice.protocol)));
}

Schedule run_on_boxes(const std::string& algorithm, const BoxesTask& task) {
  if (algorithm == "ring") return ring(task);
  if (algorithm == "tree") return tree(task);
  if (algorithm == "nvls") return nvls(task);
  if (algorithm == "nvls_tree") return nvls_tree(task);
  if (algorithm == "sharp") return sharp(task);
  if (algorithm == "hierarchical") return hierarchical(task);
  if (algorithm == "halving_doubling") return halving_doubling(task);
  return direct(task);
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
  if (forced) check_forced(*forced, demand, boxes, group);
  const Choice choice = forced ? *forced : choose(boxes, group, demand, library, limits);
  const catalog::AlgorithmTiming& timing = timing_of(library, choice);
  const BoxesTask task{.boxes = boxes,
                       .network = machine.network(),
                       .timing = timing,
                       .group = group,
                       .demand = demand,
                       .hop_factor = hop_factor(library, limits, choice.algorithm, choice.protocol, group, demand),
                       .rate_limit = rate_limit(library, limits, choice.algorithm, choice.protocol, group.nodes,
                                                group.nodes > 1 ? cards_of(boxes, group) : 1)};
  Schedule schedule = run_on_boxes(choice.algorithm, task);
  schedule.protocol = catalog::name_of(choice.protocol);
  schedule.base_seconds = start_seconds(limits, timing, demand.bytes);
  return schedule;
}

Schedule plan_on_torus(Machine& machine, const Demand& demand, const catalog::Library& library,
                       const std::optional<Choice>& forced) {
  if (forced && forced->algorithm != "torus") {
    throw platform::Impossible(fmt::format(
        "--algorithm {}: a torus has only the algorithm along its axes\n  way out: take torus, or leave it away",
        forced->algorithm));
  }
  const auto protocols = library.algorithms.find("torus");
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
  schedule.protocol = catalog::name_of(Protocol::simple);
  schedule.base_seconds = start_seconds(library.limits(machine.architecture()), timing, demand.bytes);
  return schedule;
}

}  // namespace

Choice parse_choice(const std::string& text) {
  const size_t slash = text.find('/');
  Choice choice{.algorithm = text.substr(0, slash)};
  const auto& known = catalog::collective_algorithms();
  if (std::find(known.begin(), known.end(), choice.algorithm) == known.end()) {
    throw catalog::InputError(fmt::format("--algorithm {}: unknown algorithm\n  way out: {}", text,
                                          catalog::suggestion(choice.algorithm, known, "algorithms")));
  }
  if (slash == std::string::npos) return choice;
  std::vector<std::string> names;
  for (const Protocol protocol : kProtocols) {
    names.push_back(catalog::name_of(protocol));
    if (names.back() == text.substr(slash + 1)) {
      choice.protocol = protocol;
      return choice;
    }
  }
  throw catalog::InputError(fmt::format("--algorithm {}: unknown protocol\n  way out: {}", text,
                                        catalog::suggestion(text.substr(slash + 1), names, "protocols")));
}

Schedule plan(Machine& machine, const Demand& demand, const catalog::Library& library,
              const std::optional<Choice>& forced) {
  if (demand.group.size > machine.ranks() || machine.ranks() % demand.group.size != 0) {
    throw platform::Impossible(
        fmt::format("--group {}:{}: {} ranks do not fall into groups of {}\n"
                    "  way out: take a size that divides the ranks",
                    demand.group.size, demand.group.stride, machine.ranks(), demand.group.size));
  }
  if (demand.group.size == 1) return {.algorithm = "none", .phases = {}};
  return machine.torus() != nullptr ? plan_on_torus(machine, demand, library, forced)
                                    : plan_on_boxes(machine, demand, library, forced);
}

}  // namespace podsim::collective
