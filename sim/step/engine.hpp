#pragma once

#include "step/route_zone.hpp"

#include <simgrid/s4u.hpp>

#include <memory>
#include <string>

namespace podsim::step {

/// The SimGrid engine of this process with its one zone, silent and set up as podsim needs it: flows
/// share links by max-min fairness alone (CM02, no cross-traffic, no TCP windows), and each event
/// happens at exactly its own time, whatever else goes on. At most one per process.
class Engine {
 public:
  Engine();

  RouteZone& zone() { return *zone_; }
  /// A host for actors.
  simgrid::s4u::Host* add_host(const std::string& name);

  /// Seals the zone and simulates until no actor has anything left to do.
  void run();

 private:
  std::unique_ptr<simgrid::s4u::Engine> engine_;
  RouteZone* zone_;  ///< owned by the engine
  simgrid::s4u::Host* clock_;
};

}  // namespace podsim::step
