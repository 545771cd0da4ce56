#include "collective/collectives.hpp"

#include "collective/machine.hpp"
#include "collective/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace podsim::collective {
namespace {

Demand all_groups_of(Demand demand) {
  demand.instance = kAllGroups;
  return demand;
}

}  // namespace

std::string Collectives::algorithms() const {
  std::vector<std::pair<double, std::string>> by_size;
  for (const auto& [demand, schedule] : schedules) by_size.emplace_back(demand.bytes, schedule.algorithm_name());
  std::stable_sort(by_size.begin(), by_size.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<std::string> names;
  for (const auto& [bytes, name] : by_size) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

Collectives plan_collectives(const catalog::Platform& platform, const platform::Slice& slice,
                             const catalog::Library& library, const std::vector<Demand>& demands,
                             const platform::NodeFold& fold) {
  Machine machine(platform, slice, fold);
  Collectives result;
  std::map<Demand, std::set<int>> instances;
  for (const Demand& demand : demands) {
    if (demand.instance != kAllGroups) {
      instances[all_groups_of(demand)].insert(demand.instance);
    } else if (!result.schedules.contains(demand)) {
      result.schedules[demand] = plan(machine, demand, library);
    }
  }
  for (const auto& [all, first_ranks] : instances) {
    Demand one = all;
    for (auto& [first_rank, schedule] : plan_instances(machine, all, first_ranks, library)) {
      one.instance = first_rank;
      result.schedules[one] = std::move(schedule);
    }
  }
  result.network = machine.network();
  return result;
}

std::vector<int> links_of(const Collectives& collectives, const Demand& demand) {
  std::set<int> links;
  for (const Phase& phase : collectives.schedule(demand).phases) {
    for (const Flow& flow : phase.flows) {
      const std::vector<int>& crossed = collectives.network.routes[flow.route].links;
      links.insert(crossed.begin(), crossed.end());
    }
  }
  return {links.begin(), links.end()};
}

}  // namespace podsim::collective
