#include "collective/ring_all_reduce.hpp"

#include "collective/nvlink_rings.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

namespace podsim::collective {
namespace {

/// A ring as the routes of its hops: those inside a box, and those between boxes.
struct Ring {
  std::vector<int> chip_hops;
  std::vector<int> network_hops;
};

/// A ring uses one of the parallel NVLinks between two chips, or the PCIe tree.
platform::Route chip_hop(const platform::NvlinkBoxesNetwork& boxes, int node, int from, int to) {
  if (boxes.nvlinks(from, to) == 0) return {.links = boxes.pcie_route(node, from, to)};
  return {.links = {boxes.nvlink(node, from, to)}, .bytes_per_second_cap = boxes.one_nvlink_bytes_per_second()};
}

Ring ring_in_box(platform::Network& network, const platform::NvlinkBoxesNetwork& boxes, const Visit& visit) {
  Ring ring;
  for (size_t i = 0; i < visit.size(); ++i) {
    const int to = visit[(i + 1) % visit.size()];
    ring.chip_hops.push_back(network.add_route(chip_hop(boxes, 0, visit[i], to)));
  }
  return ring;
}

/// The node after a represented one, as a node of the slice.
template <typename Boxes>
int next(const Boxes& boxes, int node) {
  return (node + 1) % boxes.slice_nodes();
}

Ring ring_through_card(platform::Network& network, const platform::NvlinkBoxesNetwork& boxes, int card,
                       const Visit& visit) {
  Ring ring;
  for (int node = 0; node < boxes.nodes(); ++node) {
    for (size_t i = 0; i + 1 < visit.size(); ++i) {
      ring.chip_hops.push_back(network.add_route(chip_hop(boxes, node, visit[i], visit[i + 1])));
    }
    ring.network_hops.push_back(
        network.add_route({.links = boxes.network_route(node, next(boxes, node), card, visit.back(), visit.front())}));
  }
  return ring;
}

std::vector<Ring> rings_of(platform::Network& network, const platform::NvlinkBoxesNetwork& boxes) {
  std::vector<Ring> rings;
  if (boxes.slice_nodes() > 1) {
    const std::vector<Visit> paths = paths_between_cards(boxes);
    for (size_t card = 0; card < paths.size(); ++card) {
      rings.push_back(ring_through_card(network, boxes, static_cast<int>(card), paths[card]));
    }
    return rings;
  }
  std::vector<Visit> visits = nvlink_rings(boxes);
  if (visits.empty()) {
    visits.emplace_back(static_cast<size_t>(boxes.chips_per_node()));
    std::iota(visits.back().begin(), visits.back().end(), 0);
  }
  for (const Visit& visit : visits) rings.push_back(ring_in_box(network, boxes, visit));
  return rings;
}

/// Rate of a route where every ring flows at once.
double rate(const platform::Network& network, const std::vector<int>& users, int route) {
  double slowest = network.routes[route].bytes_per_second_cap;
  for (const int link : network.routes[route].links) {
    slowest = std::min(slowest, network.links[link].bytes_per_second / users[link]);
  }
  return slowest;
}

/// Hops of one ring at those rates.
struct HopRates {
  double slowest = std::numeric_limits<double>::infinity();
  double mean_seconds_per_byte = 0;
};

HopRates hop_rates(const platform::Network& network, const std::vector<int>& users, const std::vector<int>& routes) {
  HopRates rates;
  for (const int route : routes) {
    const double bytes_per_second = rate(network, users, route);
    rates.slowest = std::min(rates.slowest, bytes_per_second);
    rates.mean_seconds_per_byte += 1 / bytes_per_second / static_cast<double>(routes.size());
  }
  return rates;
}

std::vector<int> users_of_links(const platform::Network& network) {
  std::vector<int> users(network.links.size(), 0);
  for (const auto& route : network.routes) {
    for (const int link : route.links) ++users[link];
  }
  return users;
}

/// The boxes that a ring crosses.
struct RingShape {
  int nodes = 1;
  int chips_per_node = 1;
};

/// Time beyond that in which the slowest hop passes all bytes on. A chunk travels 2 (n - 1) hops, up to
/// two of them between each pair of boxes; what that takes and no transfer hides is fill. At least the
/// slowest hop's own latency remains.
Phase ring_phase(const RingShape& shape, const catalog::CollectiveLatency& latency, const HopRates& in_boxes,
                 const HopRates& between, double chunk_share) {
  const int nodes = shape.nodes;
  const double hops = 2.0 * (nodes * shape.chips_per_node - 1);
  const double network_hops = nodes > 1 ? 2.0 * nodes : 0.0;
  const double chip_hops = hops - network_hops;
  const double travel = chip_hops * in_boxes.mean_seconds_per_byte + network_hops * between.mean_seconds_per_byte;
  return {.name = "ring",
          .fill_seconds = chip_hops * latency.chip_hop_seconds + network_hops * latency.network_hop_seconds,
          .fill_seconds_per_byte = chunk_share * (travel - hops / std::min(in_boxes.slowest, between.slowest)),
          .least_fill_seconds = nodes > 1 ? latency.network_hop_seconds : latency.chip_hop_seconds,
          .flows = {}};
}

}  // namespace

AllReduce ring_all_reduce(const platform::NvlinkBoxesNetwork& boxes, const catalog::CollectiveLatency& latency) {
  AllReduce result;
  result.network.links = boxes.links();
  result.schedule = {.algorithm = "ring", .base_seconds = latency.base_seconds, .phases = {}};
  const std::vector<Ring> rings = rings_of(result.network, boxes);
  const std::vector<int> users = users_of_links(result.network);
  const RingShape shape{boxes.slice_nodes(), boxes.chips_per_node()};
  const double ranks = shape.nodes * shape.chips_per_node;
  const double chunk_share = 1 / ranks / static_cast<double>(rings.size());
  Phase& phase = result.schedule.phases.emplace_back();
  for (const Ring& ring : rings) {
    const HopRates in_boxes = hop_rates(result.network, users, ring.chip_hops);
    const HopRates between = hop_rates(result.network, users, ring.network_hops);
    Phase of_ring = ring_phase(shape, latency, in_boxes, between, chunk_share);
    of_ring.flows = std::move(phase.flows);
    for (const auto* hops : {&ring.chip_hops, &ring.network_hops}) {
      for (const int route : *hops) {
        result.network.routes[route].bytes_per_second_cap = std::min(in_boxes.slowest, between.slowest);
        of_ring.flows.push_back({route, 2 * (ranks - 1) * chunk_share});
      }
    }
    phase = std::move(of_ring);
  }
  return result;
}

AllReduce ring_all_reduce(const platform::SwitchedBoxesNetwork& boxes, const catalog::CollectiveLatency& latency) {
  AllReduce result;
  platform::Network& network = result.network;
  network.links = boxes.links();
  const RingShape shape{boxes.slice_nodes(), boxes.chips_per_node()};
  const double ranks = shape.nodes * shape.chips_per_node;
  const double rings = shape.nodes > 1 ? boxes.cards() : 1;
  // Across boxes each ring leaves a box from one of its chips, which does not pass on inside.
  const double inside = shape.nodes > 1 ? (shape.chips_per_node - 1.0) / shape.chips_per_node : 1.0;
  std::vector<int> chip_hops;
  std::vector<int> network_hops;
  for (int node = 0; node < boxes.nodes(); ++node) {
    for (int chip = 0; shape.chips_per_node > 1 && chip < shape.chips_per_node; ++chip) {
      const int to = (chip + 1) % shape.chips_per_node;
      chip_hops.push_back(network.add_route({.links = boxes.chip_route(node, chip, to)}));
    }
    for (int card = 0; shape.nodes > 1 && card < boxes.cards(); ++card) {
      network_hops.push_back(network.add_route({.links = boxes.network_route(node, next(boxes, node), card)}));
    }
  }
  const std::vector<int> users = users_of_links(network);
  HopRates in_boxes = hop_rates(network, users, chip_hops);
  in_boxes.slowest /= inside * rings;
  in_boxes.mean_seconds_per_byte *= inside * rings;
  const HopRates between = hop_rates(network, users, network_hops);
  const double ring_rate = std::min(in_boxes.slowest, between.slowest);
  Phase phase = ring_phase(shape, latency, in_boxes, between, 1 / ranks / rings);
  const double passed_on = 2 * (ranks - 1) / ranks;
  for (const int route : chip_hops) {
    network.routes[route].bytes_per_second_cap = ring_rate * rings * inside;
    phase.flows.push_back({route, passed_on * inside});
  }
  for (const int route : network_hops) {
    network.routes[route].bytes_per_second_cap = ring_rate;
    phase.flows.push_back({route, passed_on / rings});
  }
  result.schedule = {.algorithm = "ring", .base_seconds = latency.base_seconds, .phases = {std::move(phase)}};
  return result;
}

}  // namespace podsim::collective
