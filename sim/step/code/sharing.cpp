#include "step/code/sharing.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <unordered_map>
#include <utility>

namespace podsim::step {
namespace {

constexpr double kSameRate = 1e-9;  ///< relative

struct Load {
  int crossings = 0;
  double bytes_per_second = 0;
};

/// Rates by flow if every link were shared evenly by all that cross it.
std::vector<double> even_rates(const platform::Network& network, const collective::Phase& phase,
                               std::unordered_map<int, Load>& loads) {
  for (const collective::Flow& flow : phase.flows) {
    for (const int link : network.routes[flow.route].links) ++loads[link].crossings;
  }
  std::vector<double> rates;
  for (const collective::Flow& flow : phase.flows) {
    const platform::Route& route = network.routes[flow.route];
    double rate = route.bytes_per_second_cap;
    for (const int link : route.links) {
      rate = std::min(rate, network.links[link].bytes_per_second / loads[link].crossings);
    }
    for (const int link : route.links) loads[link].bytes_per_second += rate;
    rates.push_back(rate);
  }
  return rates;
}

/// Whether a flow at this rate is held back by its cap, or by a link that is full.
bool held_back(const platform::Network& network, const platform::Route& route, double rate,
               const std::unordered_map<int, Load>& loads) {
  if (rate >= route.bytes_per_second_cap * (1 - kSameRate)) return true;
  return std::any_of(route.links.begin(), route.links.end(), [&](int link) {
    const double whole = network.links[link].bytes_per_second * (1 - kSameRate);
    const Load& load = loads.at(link);
    return load.bytes_per_second >= whole && rate * load.crossings >= whole;
  });
}

bool same_route_twice(const collective::Phase& phase) {
  std::set<int> routes;
  return !std::all_of(phase.flows.begin(), phase.flows.end(),
                      [&](const collective::Flow& flow) { return routes.insert(flow.route).second; });
}

}  // namespace

std::vector<int> links_of(const platform::Network& network, const std::vector<const collective::Schedule*>& schedules) {
  std::vector<bool> crossed(network.links.size(), false);
  std::vector<int> links;
  for (const collective::Schedule* schedule : schedules) {
    for (const collective::Phase& phase : schedule->phases) {
      for (const collective::Flow& flow : phase.flows) {
        for (const int link : network.routes[flow.route].links) {
          if (!crossed[static_cast<size_t>(link)]) links.push_back(link);
          crossed[static_cast<size_t>(link)] = true;
        }
      }
    }
  }
  return links;
}

std::vector<std::vector<size_t>> sharing(const std::vector<std::vector<int>>& links) {
  std::unordered_map<int, std::vector<size_t>> users;
  for (size_t i = 0; i < links.size(); ++i) {
    for (const int link : links[i]) users[link].push_back(i);
  }
  std::vector<std::vector<size_t>> others(links.size());
  std::vector<size_t> found_by(links.size(), links.size());
  for (size_t i = 0; i < links.size(); ++i) {
    found_by[i] = i;
    for (const int link : links[i]) {
      for (const size_t user : users[link]) {
        if (std::exchange(found_by[user], i) != i) others[i].push_back(user);
      }
    }
    std::sort(others[i].begin(), others[i].end());
  }
  return others;
}

bool ends_together(const platform::Network& network, const collective::Phase& phase) {
  if (phase.flows.empty() || same_route_twice(phase)) return false;
  std::unordered_map<int, Load> loads;
  const std::vector<double> rates = even_rates(network, phase, loads);
  const double seconds = phase.flows.front().share / rates.front();
  for (size_t i = 0; i < rates.size(); ++i) {
    const collective::Flow& flow = phase.flows[i];
    if (std::abs(flow.share / rates[i] - seconds) > kSameRate * seconds) return false;
    if (!held_back(network, network.routes[flow.route], rates[i], loads)) return false;
  }
  return true;
}

}  // namespace podsim::step
