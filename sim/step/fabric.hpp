#pragma once

#include "collective/schedule/schedule.hpp"
#include "platform/network.hpp"
#include "step/route_zone.hpp"

#include <simgrid/s4u.hpp>

#include <string>
#include <vector>

namespace podsim::step {

/// A network in SimGrid. A flow is a message between the two ends of its route, which crosses each link
/// of the route as often as the link stands there. Links have no latency (SimGrid's sharing would weigh
/// flows by it); latency is slept by whoever sends. Links that cannot hold a flow back beside others are left out, since
/// what a flow costs grows with the square of its links.
class Fabric {
 public:
  /// Adds links and routes to a zone that is not yet sealed. Names start with `name`.
  Fabric(RouteZone& zone, const std::string& name, const platform::Network& network);

  /// Runs the flows of one phase to their end, `bytes` being those of the collective, or the last `share` of each flow.
  /// Call from an actor.
  void carry(const collective::Phase& phase, double bytes, double share = 1) const;

 private:
  std::vector<RouteZone::Ends> routes_;
};

}  // namespace podsim::step
