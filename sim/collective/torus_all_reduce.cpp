#include "collective/torus_all_reduce.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace podsim::collective {
namespace {

using Axes = std::vector<platform::TorusNetwork::Axis>;

/// Axes that have more than one chip.
std::vector<int> used_axes(const Axes& axes) {
  std::vector<int> used;
  for (size_t axis = 0; axis < axes.size(); ++axis) {
    if (axes[axis].size > 1) used.push_back(static_cast<int>(axis));
  }
  return used;
}

/// Share of the bytes whose first axis is each used axis: in proportion to how fast that axis
/// scatters, so that the first and largest phase ends everywhere at once.
std::vector<double> part_shares(const Axes& axes, const std::vector<int>& used) {
  std::vector<double> shares;
  double total = 0;
  for (const int axis : used) {
    const double size = axes[axis].size;
    shares.push_back(axes[axis].ring_bytes_per_second * size / (size - 1));
    total += shares.back();
  }
  for (double& share : shares) share /= total;
  return shares;
}

class Builder {
 public:
  Builder(const platform::TorusNetwork& torus, const catalog::CollectiveLatency& latency)
      : torus_(torus), latency_(latency) {
    result_.network.links = torus.links();
    result_.schedule.algorithm = "torus";
    result_.schedule.base_seconds = latency.base_seconds;
  }

  /// Every chip moves `share` of the bytes among its own ranks.
  void exchange_in_chip(const char* name, double share) {
    if (in_chips_.empty()) in_chips_ = add_routes(torus_.core_links());
    Phase phase{.name = name, .fill_seconds = latency_.chip_hop_seconds, .flows = {}};
    for (const int route : in_chips_) phase.flows.push_back({route, share});
    result_.schedule.phases.push_back(std::move(phase));
  }

  /// Every chip passes `shares[axis]` of the bytes on along each axis, around the rings. A ring is one flow over
  /// all its hops: each hop passes on what the one before it brought, so all go at the pace of the slowest.
  void pass_along_axes(std::string name, const std::map<int, double>& shares) {
    Phase phase{.name = std::move(name), .flows = {}};
    for (const auto& [axis, share] : shares) {
      const double latency = torus_.axes()[axis].links_travelled() * latency_.chip_hop_seconds;
      phase.fill_seconds = std::max(phase.fill_seconds, latency);
      for (const int route : routes_along(axis)) phase.flows.push_back({route, share});
    }
    result_.schedule.phases.push_back(std::move(phase));
  }

  AllReduce take() { return std::move(result_); }

 private:
  const std::vector<int>& routes_along(int axis) {
    std::vector<int>& routes = routes_[axis];
    if (routes.empty()) routes = add_routes(torus_.rings(axis));
    return routes;
  }

  std::vector<int> add_routes(std::vector<std::vector<int>> routes) {
    std::vector<int> numbers;
    for (auto& links : routes) numbers.push_back(result_.network.add_route({.links = std::move(links)}));
    return numbers;
  }

  const platform::TorusNetwork& torus_;
  const catalog::CollectiveLatency& latency_;
  AllReduce result_;
  std::map<int, std::vector<int>> routes_;
  std::vector<int> in_chips_;  ///< a route a row of chips, which nothing tells apart
};

}  // namespace

AllReduce torus_all_reduce(const platform::TorusNetwork& torus, int ranks_per_chip,
                           const catalog::CollectiveLatency& latency) {
  const Axes& axes = torus.axes();
  const std::vector<int> used = used_axes(axes);
  const std::vector<double> parts = part_shares(axes, used);
  const size_t turns = used.size();
  std::vector<std::map<int, double>> moved(turns);
  for (size_t part = 0; part < turns; ++part) {
    double held = parts[part];
    for (size_t turn = 0; turn < turns; ++turn) {
      const int axis = used[(part + turn) % turns];
      const double size = axes[axis].size;
      moved[turn][axis] = held * (size - 1) / size;
      held /= size;
    }
  }
  Builder builder(torus, latency);
  const double in_chip = (ranks_per_chip - 1.0) / ranks_per_chip;
  if (ranks_per_chip > 1) builder.exchange_in_chip("reduce-scatter in chip", in_chip);
  for (size_t turn = 0; turn < turns; ++turn) {
    builder.pass_along_axes(fmt::format("reduce-scatter {}", turn + 1), moved[turn]);
  }
  for (size_t turn = turns; turn-- > 0;)
    builder.pass_along_axes(fmt::format("all-gather {}", turns - turn), moved[turn]);
  if (ranks_per_chip > 1) builder.exchange_in_chip("all-gather in chip", in_chip);
  return builder.take();
}

}  // namespace podsim::collective
