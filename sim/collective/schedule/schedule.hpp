#pragma once

#include "collective/schedule/choice.hpp"
#include "platform/network.hpp"

#include <optional>
#include <string>
#include <vector>

namespace podsim::collective {

/// Bytes over one route, as a share of the bytes of the collective.
struct Flow {
  int route = 0;
  double share = 0;

  bool operator==(const Flow&) const = default;
};

/// Flows that start together; the phase ends when the last has arrived. What an algorithm pipelines
/// by chunks is one phase: its flows last as long as the busiest link, and the fill is what the first
/// and last chunk add to that.
struct Phase {
  std::string name;
  double fill_seconds = 0;  ///< what latency and first chunks take that no transfer hides
  std::vector<Flow> flows;

  /// Seconds of the slowest flow of a collective of `bytes` with nothing else on the network.
  double unshared_transfer_seconds(const platform::Network& network, double bytes) const;

  bool operator==(const Phase&) const = default;
};

/// One collective on one network. The flows hold for any number of bytes, the latencies for those that the schedule
/// was made for.
struct Schedule {
  std::optional<Choice> choice{};  ///< absent for a group of one, which has nobody to exchange with
  double base_seconds = 0;         ///< start of the collective in the library
  std::vector<Phase> phases;

  /// "ring", or "none".
  std::string algorithm_name() const;
  /// "ll128", or nothing.
  std::string protocol_name() const;

  /// Seconds with nothing else on the network: a check on the simulation, which is what counts.
  double unshared_seconds(const platform::Network& network, double bytes) const;

  bool operator==(const Schedule&) const = default;
};

}  // namespace podsim::collective
