#include "collective/boxes/boxes_task.hpp"

#include <algorithm>
#include <utility>

namespace podsim::collective {

double share_of_limit(const BoxesTask& task, double parallel) {
  return task.rate_limit / parallel / task.timing.efficiency;
}

int add_route(const BoxesTask& task, int first_rank, platform::Route route) {
  task.first_ranks.push_back(first_rank);
  return task.network.add_route(std::move(route));
}

void add_flow(const BoxesTask& task, Phase& phase, const GroupOnBoxes& at, std::vector<int> links, double share,
              double most_bytes_per_second) {
  const int route =
      add_route(task, at.first_rank, {.links = std::move(links), .bytes_per_second_cap = most_bytes_per_second});
  phase.flows.push_back({route, share / task.timing.efficiency});
}

double slowest_link(const platform::Network& network, const std::vector<int>& links) {
  double rate = std::numeric_limits<double>::infinity();
  for (const int link : links) rate = std::min(rate, network.links[link].bytes_per_second);
  return rate;
}

double card_bytes_per_second(const BoxesTask& task) {
  if (task.group.nodes == 1) return std::numeric_limits<double>::infinity();
  const GroupOnBoxes& first = task.groups.front();
  const int chip = first.chips.front();
  return slowest_link(task.network, task.boxes.network_route(first.nodes.front(), first.next.front(),
                                                             task.boxes.card_of(chip), chip, chip));
}

std::vector<int> users_of_links(const platform::Network& network, const Phase& phase) {
  std::vector<int> users(network.links.size(), 0);
  for (const Flow& flow : phase.flows) {
    for (const int link : network.routes[flow.route].links) ++users[link];
  }
  return users;
}

}  // namespace podsim::collective
