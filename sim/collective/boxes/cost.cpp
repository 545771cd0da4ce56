#include "collective/boxes/cost.hpp"

#include "collective/boxes/tree.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace podsim::collective {
namespace {

using catalog::Algorithm;
using catalog::Protocol;

constexpr double kSmallestCorrected = 64;  ///< bytes of the first entry of the tree correction

double at_nodes(const catalog::RateLimits& limits, int nodes) {
  return limits.at(static_cast<size_t>(std::clamp(nodes, 1, 3) - 1));
}

double correction(const catalog::Library& library, Protocol protocol, double bytes) {
  const auto found = library.tree_correction.find(protocol);
  if (found == library.tree_correction.end() || bytes < kSmallestCorrected) return 1;
  const auto index = static_cast<size_t>(std::floor(std::log2(bytes / kSmallestCorrected)));
  return index < found->second.size() ? found->second[index] : 1;
}

/// Latencies of the hops of the longest way, and the rate of the bytes.
struct Cost {
  double hops_seconds = 0;
  double bytes_per_second = 0;
};

Cost ring_cost(const catalog::AlgorithmTiming& timing, double limit, const BoxesGroup& group, const Demand& demand,
               const PlannedRates& rates) {
  const double turns = demand.operation == Operation::all_reduce ? 2 : 1;
  const double steps = turns * (group.size() - 1);
  const double network_steps = group.nodes > 1 ? turns * (group.nodes - 1) : 0;
  const double chip_hop = rates.nvlink ? timing.chip_hop_seconds : timing.pcie_hop_seconds;
  double rate = (group.nodes > 1 ? std::min(rates.box, rates.network) : rates.box) * timing.efficiency;
  rate = std::min(rate, limit);
  return {(steps - network_steps) * chip_hop + network_steps * timing.network_hop_seconds,
          rate / bus_factor(demand.operation, group.size())};
}

Cost tree_cost(const catalog::AlgorithmTiming& timing, double limit, const BoxesGroup& group,
               const PlannedRates& rates) {
  const double chip_hop = rates.nvlink ? timing.chip_hop_seconds : timing.pcie_hop_seconds;
  // Each byte goes up and down. NCCL counts that for the cards of two nodes too, which see it only once.
  const double slower = group.nodes > 1 ? std::min(rates.box, rates.network) : rates.box;
  const double rate = std::min(slower * timing.efficiency, limit) / 2;
  return {2 * ((group.chips - 1) * chip_hop + tree_levels(group.nodes) * timing.network_hop_seconds), rate};
}

/// Algorithms in which switches add up.
Cost in_network_cost(const catalog::AlgorithmTiming& timing, Algorithm algorithm, const BoxesGroup& group,
                     const PlannedRates& rates) {
  Cost cost{timing.chip_hop_seconds, rates.box * timing.efficiency / (1 + 1.0 / group.chips)};
  if (algorithm == Algorithm::nvls_tree) {
    const TreeDegrees degrees = busiest_node(group.nodes);
    cost.hops_seconds += 2 * tree_levels(group.nodes) * timing.network_hop_seconds;
    cost.bytes_per_second = std::min(cost.bytes_per_second, rates.network / ((degrees.first + degrees.second) / 2.0));
  } else if (algorithm == Algorithm::sharp) {
    cost.hops_seconds += timing.network_hop_seconds;
    cost.bytes_per_second = std::min(cost.bytes_per_second, rates.network * timing.efficiency);
  }
  return cost;
}

/// Payload of a protocol over that of blocks of data.
double share_of_simple(const catalog::Library& library, Algorithm algorithm, Protocol protocol) {
  const auto protocols = library.algorithms.find(algorithm);
  if (protocols == library.algorithms.end()) return 1;
  const auto own = protocols->second.find(protocol);
  const auto simple = protocols->second.find(Protocol::simple);
  if (own == protocols->second.end() || simple == protocols->second.end()) return 1;
  return own->second.efficiency / simple->second.efficiency;
}

}  // namespace

double rate_limit(const catalog::Library& library, const catalog::ArchitectureLimits& limits, Algorithm algorithm,
                  Protocol protocol, int nodes, int cards) {
  const double channels = nodes == 1 ? limits.channels : cards;
  double rate = catalog::ArchitectureLimits::kNoLimit;
  if (algorithm == Algorithm::ring && protocol == Protocol::ll) rate = at_nodes(limits.ll, nodes);
  if (algorithm == Algorithm::ring && protocol == Protocol::ll128)
    rate = channels * at_nodes(limits.ring_ll128_channel, nodes);
  if (algorithm != Algorithm::tree) return rate;
  // The channels carry the protocol's flags too.
  rate = channels * at_nodes(limits.tree_channel, nodes) * share_of_simple(library, algorithm, protocol);
  if (protocol == Protocol::ll128) return std::min(rate, channels * at_nodes(limits.tree_ll128_channel, nodes));
  if (protocol == Protocol::ll) rate = std::min(rate, at_nodes(limits.ll, nodes));
  return std::min(rate, at_nodes(limits.tree, nodes));
}

double hop_factor(const catalog::Library& library, const catalog::ArchitectureLimits& limits, Algorithm algorithm,
                  Protocol protocol, const BoxesGroup& group, const Demand& demand) {
  const bool plateau = algorithm == Algorithm::ring && protocol == Protocol::simple && group.nodes > 1 &&
                       demand.operation == Operation::all_reduce &&
                       demand.bytes >= library.ring_plateau_bytes_per_rank * group.size();
  return plateau ? limits.ring_plateau : 1;
}

double planned_seconds(const catalog::Library& library, const catalog::ArchitectureLimits& limits, Algorithm algorithm,
                       Protocol protocol, const BoxesGroup& group, const Demand& demand, const PlannedRates& rates) {
  constexpr double kNever = std::numeric_limits<double>::infinity();
  const auto protocols = library.algorithms.find(algorithm);
  if (protocols == library.algorithms.end()) return kNever;
  const auto found = protocols->second.find(protocol);
  if (found == protocols->second.end()) return kNever;
  if (protocol == Protocol::ll128 && !rates.nvlink) return kNever;
  const catalog::AlgorithmTiming& timing = found->second;
  const double limit = rate_limit(library, limits, algorithm, protocol, group.nodes, rates.cards);
  Cost cost;
  if (algorithm == Algorithm::ring) {
    cost = ring_cost(timing, limit, group, demand, rates);
    cost.hops_seconds *= hop_factor(library, limits, algorithm, protocol, group, demand);
  } else if (algorithm == Algorithm::tree) {
    cost = tree_cost(timing, limit, group, rates);
    cost.bytes_per_second *= correction(library, protocol, demand.bytes);
  } else {
    cost = in_network_cost(timing, algorithm, group, rates);
  }
  return timing.base_seconds + cost.hops_seconds + demand.bytes / cost.bytes_per_second;
}

}  // namespace podsim::collective
