#include "collective/boxes/boxes_task.hpp"

#include <algorithm>
#include <utility>

namespace podsim::collective {

double share_of_limit(const BoxesTask& task, double parallel) {
  return task.rate_limit / parallel / task.timing.efficiency;
}

void add_flow(const BoxesTask& task, Phase& phase, std::vector<int> links, double share, double most_bytes_per_second) {
  const int route = task.network.add_route({.links = std::move(links), .bytes_per_second_cap = most_bytes_per_second});
  phase.flows.push_back({route, share / task.timing.efficiency});
}

double slowest_link(const platform::Network& network, const std::vector<int>& links) {
  double rate = std::numeric_limits<double>::infinity();
  for (const int link : links) rate = std::min(rate, network.links[link].bytes_per_second);
  return rate;
}

double card_bytes_per_second(const BoxesTask& task) {
  if (task.group.nodes == 1) return std::numeric_limits<double>::infinity();
  const int chip = task.group.members(0).front();
  return slowest_link(task.network,
                      task.boxes.network_route(0, task.group.next(0), task.boxes.card_of(chip), chip, chip));
}

std::vector<int> users_of_links(const platform::Network& network, const Phase& phase) {
  std::vector<int> users(network.links.size(), 0);
  for (const Flow& flow : phase.flows) {
    for (const int link : network.routes[flow.route].links) ++users[link];
  }
  return users;
}

}  // namespace podsim::collective
