#include "collective/boxes_task.hpp"

#include <utility>

namespace podsim::collective {

void add_flow(const BoxesTask& task, Phase& phase, std::vector<int> links, double share, double parallel) {
  const double cap = task.rate_limit / parallel / task.timing.efficiency;
  const int route = task.network.add_route({.links = std::move(links), .bytes_per_second_cap = cap});
  phase.flows.push_back({route, share / task.timing.efficiency});
}

std::vector<int> users_of_links(const platform::Network& network, const Phase& phase) {
  std::vector<int> users(network.links.size(), 0);
  for (const Flow& flow : phase.flows) {
    for (const int link : network.routes[flow.route].links) ++users[link];
  }
  return users;
}

}  // namespace podsim::collective
