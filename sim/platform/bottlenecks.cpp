#include "platform/bottlenecks.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <unordered_map>
#include <utility>
#include <vector>

namespace podsim::platform {
namespace {

/// How often a route crosses each of its links.
class Crossings {
 public:
  explicit Crossings(const Network& network) : network_(network), times_(network.links.size(), 0) {}

  /// Calls `visit` with each link of a route, once, and how often the route crosses it.
  template <typename Visit>
  void each(const Route& route, const Visit& visit) {
    for (const int link : route.links) ++times_[link];
    for (const int link : route.links) {
      const int times = times_[link];
      if (times == 0) continue;
      times_[link] = 0;
      visit(link, times);
    }
  }

 private:
  const Network& network_;
  std::vector<int> times_;
};

/// Links crossed by the same routes equally often, by number. Routes part the links step by step.
struct Classes {
  std::vector<int> of_link;
  std::vector<int> routes{0};  ///< that cross the links of a class
};

Classes classes_of(const Network& network, Crossings& crossings, const std::vector<int>& common) {
  Classes classes{.of_link = std::vector<int>(network.links.size(), 0)};
  std::unordered_map<uint64_t, int> parts;
  for (const Route& route : network.routes) {
    parts.clear();
    crossings.each(route, [&](int link, int times) {
      int& of_link = classes.of_link[link];
      const uint64_t part =
          uint64_t{static_cast<uint32_t>(of_link)} << 32 | static_cast<uint32_t>(times / common[link]);
      const auto [found, is_new] = parts.try_emplace(part, static_cast<int>(classes.routes.size()));
      if (is_new) classes.routes.push_back(classes.routes[of_link] + 1);
      of_link = found->second;
    });
  }
  return classes;
}

/// By link the largest number that divides how often each of its routes crosses it.
std::vector<int> common_times(const Network& network, Crossings& crossings) {
  std::vector<int> common(network.links.size(), 0);
  for (const Route& route : network.routes) {
    crossings.each(route, [&](int link, int times) { common[link] = std::gcd(common[link], times); });
  }
  return common;
}

}  // namespace

Network bottlenecks(const Network& network) {
  Crossings crossings(network);
  const std::vector<int> common = common_times(network, crossings);
  const Classes classes = classes_of(network, crossings, common);
  std::vector<Link> slowest(classes.routes.size(), {"", std::numeric_limits<double>::infinity()});
  for (size_t link = 0; link < network.links.size(); ++link) {
    if (common[link] == 0) continue;
    Link& of_class = slowest[classes.of_link[link]];
    const double rate = network.links[link].bytes_per_second / common[link];
    if (rate < of_class.bytes_per_second) of_class = {network.links[link].name, rate};
  }
  Network few;
  std::vector<int> number(classes.routes.size(), -1);
  std::vector<size_t> last_route(classes.routes.size(), 0);
  for (const Route& route : network.routes) {
    Route& kept = few.routes.emplace_back(Route{.links = {}, .bytes_per_second_cap = route.bytes_per_second_cap});
    crossings.each(route, [&](int link, int times) {
      const int of_link = classes.of_link[link];
      if (std::exchange(last_route[of_link], few.routes.size()) == few.routes.size()) return;
      if (classes.routes[of_link] == 1) {
        kept.bytes_per_second_cap = std::min(kept.bytes_per_second_cap, slowest[of_link].bytes_per_second);
        return;
      }
      if (number[of_link] < 0) number[of_link] = few.add_link(slowest[of_link].name, slowest[of_link].bytes_per_second);
      kept.links.insert(kept.links.end(), static_cast<size_t>(times / common[link]), number[of_link]);
    });
  }
  return few;
}

}  // namespace podsim::platform
