#include "collective/collectives.hpp"

#include "collective/machine.hpp"
#include "collective/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace podsim::collective {

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
                             const catalog::Library& library, const std::vector<Demand>& demands, bool folded) {
  Machine machine(platform, slice, folded);
  Collectives result;
  for (const Demand& demand : demands) {
    if (!result.schedules.contains(demand)) result.schedules[demand] = plan(machine, demand, library);
  }
  result.network = machine.network();
  return result;
}

}  // namespace podsim::collective
