#include "collective/schedule.hpp"

#include <algorithm>

namespace podsim::collective {

double Schedule::unshared_seconds(const platform::Network& network, double bytes) const {
  double seconds = base_seconds;
  for (const Phase& phase : phases) {
    std::vector<int> users(network.links.size(), 0);
    for (const Flow& flow : phase.flows) {
      for (const int link : network.routes[flow.route].links) ++users[link];
    }
    double slowest = 0;
    for (const Flow& flow : phase.flows) {
      const platform::Route& route = network.routes[flow.route];
      double rate = route.bytes_per_second_cap;
      for (const int link : route.links) rate = std::min(rate, network.links[link].bytes_per_second / users[link]);
      slowest = std::max(slowest, flow.share * bytes / rate);
    }
    seconds += phase.fill_seconds + slowest;
  }
  return seconds;
}

}  // namespace podsim::collective
