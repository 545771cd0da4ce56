#include "collective/boxes/ring.hpp"

#include "collective/boxes/visits.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace podsim::collective {
namespace {

constexpr double kAsLinksAllow = std::numeric_limits<double>::infinity();

/// The links that it crosses, and the rate of the one NVLink of several between two chips that a ring uses.
struct Hop {
  std::vector<int> links;
  double most_bytes_per_second = kAsLinksAllow;
};

/// A ring by its hops: those inside boxes and those between boxes.
struct Ring {
  std::vector<Hop> chip_hops;
  std::vector<Hop> network_hops;
  double hops_over_pcie = 0;
  int rings_of_group = 1;
  double most_bytes_per_second = kAsLinksAllow;  ///< of the library and of its hops
};

void add_chip_hop(Ring& ring, const platform::BoxesNetwork& boxes, int node, int from, int to) {
  Hop& hop = ring.chip_hops.emplace_back(Hop{.links = boxes.chip_route(node, from, to)});
  const int direct = boxes.direct_links(from, to);
  if (direct == 0) ++ring.hops_over_pcie;
  if (direct > 1) hop.most_bytes_per_second = boxes.links()[hop.links.front()].bytes_per_second / direct;
}

/// One chip in each node, which sends through its own card.
Ring shifted_ring(const platform::BoxesNetwork& boxes, const GroupOnBoxes& at) {
  Ring ring;
  for (size_t i = 0; i < at.nodes.size(); ++i) {
    const int chip = at.shifted_chips[i];
    ring.network_hops.push_back(
        {.links = boxes.network_route(at.nodes[i], at.next[i], boxes.card_of(chip), chip, at.shifted_next[i])});
  }
  return ring;
}

std::vector<Ring> rings_of_group(const platform::BoxesNetwork& boxes, const GroupOnBoxes& at) {
  std::vector<Ring> rings;
  if (at.shifted()) {
    rings.push_back(shifted_ring(boxes, at));
  } else if (at.group_nodes == 1) {
    for (const Visit& visit : rings_in_box(boxes, at.chips)) {
      Ring& ring = rings.emplace_back();
      for (size_t i = 0; i < visit.size(); ++i) {
        add_chip_hop(ring, boxes, at.nodes.front(), visit[i], visit[(i + 1) % visit.size()]);
      }
    }
  } else {
    for (const CardPath& path : paths_between_cards(boxes, at.chips)) {
      Ring& ring = rings.emplace_back();
      for (size_t node = 0; node < at.nodes.size(); ++node) {
        for (size_t i = 0; i + 1 < path.visit.size(); ++i) {
          add_chip_hop(ring, boxes, at.nodes[node], path.visit[i], path.visit[i + 1]);
        }
        ring.network_hops.push_back({.links = boxes.network_route(at.nodes[node], at.next[node], path.card,
                                                                  path.visit.back(), path.visit.front())});
      }
    }
  }
  for (Ring& ring : rings) ring.rings_of_group = static_cast<int>(rings.size());
  return rings;
}

/// What starts at one member and ends at the last needs no way back.
void leave_last_hop(Ring& ring) {
  if (!ring.network_hops.empty()) {
    ring.network_hops.pop_back();
  } else {
    ring.chip_hops.pop_back();
  }
}

std::vector<int> links_of(const Ring& ring) {
  std::vector<int> links;
  for (const auto* hops : {&ring.chip_hops, &ring.network_hops}) {
    for (const Hop& hop : *hops) links.insert(links.end(), hop.links.begin(), hop.links.end());
  }
  return links;
}

/// The library's limit, and the one NVLink of several that a ring uses between two chips.
double most_of(const BoxesTask& task, const Ring& ring) {
  double rate = share_of_limit(task, ring.rings_of_group);
  for (const auto* hops : {&ring.chip_hops, &ring.network_hops}) {
    for (const Hop& hop : *hops) rate = std::min(rate, hop.most_bytes_per_second);
  }
  return rate;
}

/// Hops of one ring at the rates on the wire that they have while all rings are at work.
struct HopRates {
  double slowest = std::numeric_limits<double>::infinity();
  double mean_seconds_per_byte = 0;
};

HopRates hop_rates(const std::vector<platform::Link>& links, const std::vector<int>& users,
                   const std::vector<Hop>& hops, double most_bytes_per_second) {
  HopRates rates;
  for (const Hop& hop : hops) {
    double rate = std::min(hop.most_bytes_per_second, most_bytes_per_second);
    for (const int link : hop.links) rate = std::min(rate, links[link].bytes_per_second / users[link]);
    rates.slowest = std::min(rates.slowest, rate);
    rates.mean_seconds_per_byte += 1 / rate / static_cast<double>(hops.size());
  }
  return rates;
}

/// What a ring takes alone: its slowest hop for all bytes, and what is beyond that.
struct RingTime {
  double transfer_seconds = 0;
  double fill_seconds = 0;
};

/// A message travels `rounds` hops, up to two of them between each pair of boxes; what that takes and no transfer hides
/// is fill. At least the slowest hop's own latency remains.
RingTime ring_time(const BoxesTask& task, const GroupOnBoxes& group, const RingWork& work, const Ring& ring,
                   const std::vector<int>& users) {
  const HopRates inside = hop_rates(task.network.links, users, ring.chip_hops, ring.most_bytes_per_second);
  const HopRates between = hop_rates(task.network.links, users, ring.network_hops, ring.most_bytes_per_second);
  const double nodes = group.group_nodes;
  const double ranks = nodes * static_cast<double>(group.chips.size());
  const double network_hops = nodes > 1 ? std::min(work.rounds, work.rounds / (ranks - 1) * nodes) : 0.0;
  const double chip_hops = work.rounds - network_hops;
  const double pcie = ring.chip_hops.empty() ? 0 : ring.hops_over_pcie / static_cast<double>(ring.chip_hops.size());
  const double chip_hop = pcie * task.chip_hop_seconds(true) + (1 - pcie) * task.chip_hop_seconds(false);
  const double latency = chip_hops * chip_hop + network_hops * task.network_hop_seconds();
  const double travel = chip_hops * inside.mean_seconds_per_byte + network_hops * between.mean_seconds_per_byte;
  const double slowest = 1 / std::min(inside.slowest, between.slowest);
  const double bytes = task.demand.bytes / ring.rings_of_group / task.timing.efficiency;
  double fill = latency;
  if (!work.one_way) {
    fill += work.chunk_share * bytes * (travel - work.rounds * slowest);
  } else {
    // On the slowest hop the first chunk's transfer is part of the flow.
    fill += std::min(task.timing.chunk_bytes / task.timing.efficiency, bytes) * (travel - slowest);
  }
  const double least = nodes > 1 ? task.network_hop_seconds() : chip_hop;
  return {.transfer_seconds = work.passed_on * bytes * slowest, .fill_seconds = std::max(fill, least)};
}

/// The phase ends with the ring that takes longest from its first byte to its last; its flows with the longest transfer.
double fill_of_all(const std::vector<RingTime>& rings) {
  double longest_transfer = 0;
  for (const RingTime& ring : rings) longest_transfer = std::max(longest_transfer, ring.transfer_seconds);
  double fill = 0;
  for (const RingTime& ring : rings) {
    fill = std::max(fill, ring.fill_seconds + (ring.transfer_seconds - longest_transfer));
  }
  return fill;
}

}  // namespace

RingWork ring_work(Operation operation, double ranks, double share) {
  const double passed_on = bus_factor(operation, static_cast<int>(ranks)) * share;
  if (operation == Operation::broadcast) return {.rounds = ranks - 1, .passed_on = passed_on, .one_way = true};
  const double turns = operation == Operation::all_reduce ? 2 : 1;
  return {.rounds = turns * (ranks - 1), .passed_on = passed_on, .chunk_share = share / ranks};
}

Phase ring_phase(const BoxesTask& task, const std::vector<GroupOnBoxes>& groups, std::string name,
                 const RingWork& work) {
  Phase phase{.name = std::move(name), .flows = {}};
  std::vector<Ring> rings;
  for (const GroupOnBoxes& at : groups) {
    for (Ring& ring : rings_of_group(task.boxes, at)) {
      if (work.one_way && at.whole()) leave_last_hop(ring);
      ring.most_bytes_per_second = most_of(task, ring);
      add_flow(task, phase, at, links_of(ring), work.passed_on / ring.rings_of_group, ring.most_bytes_per_second);
      rings.push_back(std::move(ring));
    }
  }
  const std::vector<int> users = users_of_links(task.network, phase);
  // Groups are alike; the rings of the first represent those of all.
  const size_t first_group = rings.empty() ? 0 : static_cast<size_t>(rings.front().rings_of_group);
  std::vector<RingTime> times;
  for (size_t i = 0; i < first_group; ++i) times.push_back(ring_time(task, groups.front(), work, rings[i], users));
  phase.fill_seconds = fill_of_all(times);
  return phase;
}

Schedule ring(const BoxesTask& task) {
  Schedule schedule;
  schedule.phases.push_back(ring_phase(task, task.groups, "ring", ring_work(task.demand.operation, task.ranks(), 1.0)));
  return schedule;
}

double ring_bytes_per_second(const platform::BoxesNetwork& boxes, const GroupOnBoxes& at) {
  const std::vector<Ring> rings = rings_of_group(boxes, at);
  std::vector<int> users(boxes.links().size(), 0);
  for (const Ring& ring : rings) {
    for (const int link : links_of(ring)) ++users[link];
  }
  double sum = 0;
  for (const Ring& ring : rings) {
    sum += std::min(hop_rates(boxes.links(), users, ring.chip_hops, kAsLinksAllow).slowest,
                    hop_rates(boxes.links(), users, ring.network_hops, kAsLinksAllow).slowest);
  }
  return sum;
}

}  // namespace podsim::collective
