#include "collective/one_group.hpp"

#include <fmt/format.h>

#include <iterator>
#include <stdexcept>
#include <utility>

namespace podsim::collective {
namespace {

/// The same phases without flows.
Schedule without_flows(const Schedule& schedule) {
  Schedule empty{.choice = schedule.choice, .base_seconds = schedule.base_seconds, .phases = {}};
  for (const Phase& phase : schedule.phases) {
    empty.phases.push_back({.name = phase.name, .fill_seconds = phase.fill_seconds, .flows = {}});
  }
  return empty;
}

}  // namespace

std::map<int, Schedule> one_by_one(PlannedGroups planned, const std::set<int>& first_ranks,
                                   platform::Network& network) {
  const size_t first_route = network.routes.size() - planned.first_ranks.size();
  std::vector<platform::Route> routes(std::make_move_iterator(network.routes.begin() + static_cast<int>(first_route)),
                                      std::make_move_iterator(network.routes.end()));
  network.routes.resize(first_route);
  std::map<int, Schedule> schedules;
  const Schedule empty = without_flows(planned.schedule);
  std::vector<int> number(routes.size(), -1);
  for (size_t i = 0; i < routes.size(); ++i) {
    if (!first_ranks.contains(planned.first_ranks[i])) continue;
    schedules.try_emplace(planned.first_ranks[i], empty);
    number[i] = network.add_route(std::move(routes[i]));
  }
  for (const int rank : first_ranks) {
    if (schedules.contains(rank)) continue;
    throw std::invalid_argument(fmt::format("no group that is represented starts with rank {}", rank));
  }
  for (size_t phase = 0; phase < planned.schedule.phases.size(); ++phase) {
    for (const Flow& flow : planned.schedule.phases[phase].flows) {
      const size_t route = static_cast<size_t>(flow.route) - first_route;
      if (number[route] < 0) continue;
      schedules.at(planned.first_ranks[route]).phases[phase].flows.push_back({number[route], flow.share});
    }
  }
  return schedules;
}

}  // namespace podsim::collective
