#pragma once

#include "catalog/spec/library.hpp"
#include "collective/boxes/boxes_group.hpp"
#include "collective/schedule/operation.hpp"
#include "collective/schedule/schedule.hpp"
#include "platform/boxes.hpp"
#include "platform/network.hpp"

#include <limits>
#include <vector>

namespace podsim::collective {

/// What an algorithm over boxes has at hand.
struct BoxesTask {
  const platform::BoxesNetwork& boxes;
  platform::Network& network;     ///< of the boxes' links; the algorithm adds its routes
  std::vector<int>& first_ranks;  ///< by route that it adds: of the group that sends over it
  const catalog::AlgorithmTiming& timing;
  BoxesGroup group;
  const std::vector<GroupOnBoxes>& groups;  ///< all that are at work; the first stands for them where they are alike
  Demand demand;
  double hop_factor = 1.0;                                      ///< on the latency of hops
  double rate_limit = std::numeric_limits<double>::infinity();  ///< of a group's rings or trees together, payload

  double nodes() const { return group.nodes; }
  double chips() const { return group.chips; }
  double ranks() const { return group.size(); }
  double chip_hop_seconds(bool over_pcie) const {
    return hop_factor * (over_pcie ? timing.pcie_hop_seconds : timing.chip_hop_seconds);
  }
  /// A hop between nodes: the library's, and the switch levels above the leaves.
  double network_hop_seconds() const {
    return hop_factor * timing.network_hop_seconds +
           boxes.cluster().hop_seconds * static_cast<double>(boxes.cluster().levels.size());
  }
};

/// The share of the rate limit that each of `parallel` alike flows of a group has: bytes per second on the wire.
double share_of_limit(const BoxesTask& task, double parallel);

/// Adds a route for the group whose first rank it is. Returns its number.
int add_route(const BoxesTask& task, int first_rank, platform::Route route);

/// Adds one flow of a group that crosses `links` with `share` of the collective's bytes, and what the protocol adds to them, at
/// `most_bytes_per_second` on the wire.
void add_flow(const BoxesTask& task, Phase& phase, const GroupOnBoxes& at, std::vector<int> links, double share,
              double most_bytes_per_second = std::numeric_limits<double>::infinity());

/// Bytes per second of the slowest of some links.
double slowest_link(const platform::Network& network, const std::vector<int>& links);

/// What a chip sends to another node through its card, alone; infinite with one node.
double card_bytes_per_second(const BoxesTask& task);

/// How often the flows of a phase cross each link.
std::vector<int> users_of_links(const platform::Network& network, const Phase& phase);

}  // namespace podsim::collective
