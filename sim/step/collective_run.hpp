#pragma once

#include "collective/schedule/schedule.hpp"
#include "platform/network.hpp"
#include "step/fabric.hpp"

#include <cstdint>
#include <vector>

namespace podsim::step {

/// A collective of `bytes` whose routes belong to a network.
struct TimedCollective {
  collective::Schedule schedule;
  double bytes = 0;
};

/// What a simulated collective took.
struct CollectiveTime {
  double seconds = 0;
  int64_t flows = 0;
};

/// Runs a collective from its start to its end. Returns its flows. Call from an actor.
int64_t play(const Fabric& fabric, const collective::Schedule& schedule, double bytes);

/// What is left of a phase that has begun: so long until its flows start, and this share of their bytes.
struct Rest {
  double wait_seconds = 0;
  double share = 1;
};

/// Runs what is left of a collective of one phase. Returns its flows. Call from an actor.
int64_t play_rest(const Fabric& fabric, const collective::Schedule& schedule, double bytes, const Rest& rest);

/// Simulates collectives on one network, one after the other with nothing else at work. Once per process: SimGrid
/// keeps one platform. Throws SimulationError.
std::vector<CollectiveTime> simulate_collectives(const platform::Network& network,
                                                 const std::vector<TimedCollective>& collectives);

}  // namespace podsim::step
