#include "collective/schedule/schedule.hpp"

#include <algorithm>

namespace podsim::collective {

double Phase::unshared_transfer_seconds(const platform::Network& network, double bytes) const {
  std::vector<int> users(network.links.size(), 0);
  for (const Flow& flow : flows) {
    for (const int link : network.routes[flow.route].links) ++users[link];
  }
  double slowest = 0;
  for (const Flow& flow : flows) {
    const platform::Route& route = network.routes[flow.route];
    double rate = route.bytes_per_second_cap;
    for (const int link : route.links) rate = std::min(rate, network.links[link].bytes_per_second / users[link]);
    slowest = std::max(slowest, flow.share * bytes / rate);
  }
  return slowest;
}

std::string Schedule::algorithm_name() const { return choice ? catalog::name_of(choice->algorithm) : "none"; }

std::string Schedule::protocol_name() const { return choice ? catalog::name_of(choice->protocol) : ""; }

double Schedule::unshared_seconds(const platform::Network& network, double bytes) const {
  double seconds = base_seconds;
  for (const Phase& phase : phases) {
    seconds += phase.fill_seconds + phase.unshared_transfer_seconds(network, bytes);
  }
  return seconds;
}

}  // namespace podsim::collective
