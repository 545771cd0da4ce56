#pragma once

#include "collective/schedule.hpp"
#include "platform/network.hpp"

#include <simgrid/s4u.hpp>

#include <string>
#include <vector>

namespace podsim::step {

/// A network in SimGrid. A route is a host whose loopback crosses the route's links, and a flow is a
/// message of that host to itself: any route over any links, at the cost of one host. Links have no
/// latency (SimGrid's sharing would weigh flows by it); latency is slept by whoever sends.
class Fabric {
 public:
  /// Adds links and routes to a zone that is not yet sealed. Names start with `name`.
  Fabric(simgrid::s4u::NetZone* zone, const std::string& name, const platform::Network& network);

  /// Runs the flows of one phase to their end, `bytes` being those of the collective.
  void carry(const collective::Phase& phase, double bytes) const;

 private:
  std::vector<simgrid::s4u::Host*> routes_;
};

}  // namespace podsim::step
