#pragma once

#include <limits>
#include <string>
#include <vector>

namespace podsim::platform {

/// A directed link at the rate that is really reached.
struct Link {
  std::string name;
  double bytes_per_second = 0;

  bool operator==(const Link&) const = default;
};

/// The links that a flow crosses, each as often as it stands there, and the fastest that it may go. The cap keeps
/// the fast hops of a slow ring from crowding out other flows.
struct Route {
  std::vector<int> links;
  double bytes_per_second_cap = std::numeric_limits<double>::infinity();

  bool operator==(const Route&) const = default;
};

/// Links and the routes over them: all that the simulation needs to know of a machine.
struct Network {
  std::vector<Link> links;
  std::vector<Route> routes;

  bool operator==(const Network&) const = default;

  int add_link(std::string name, double bytes_per_second) {
    links.push_back({std::move(name), bytes_per_second});
    return static_cast<int>(links.size()) - 1;
  }
  int add_route(Route route) {
    routes.push_back(std::move(route));
    return static_cast<int>(routes.size()) - 1;
  }
};

}  // namespace podsim::platform
