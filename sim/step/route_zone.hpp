#pragma once

#include <simgrid/kernel/routing/NetZoneImpl.hpp>
#include <simgrid/s4u.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace podsim::step {

/// The one zone of a simulation. A route is any list of links between two hosts, looked up in a table;
/// a link that stands in it twice is crossed twice (SimGrid's own zones drop repeats or keep a table of
/// the square of the hosts). n hosts have n x n pairs, so a few hosts serve many routes.
class RouteZone : public simgrid::kernel::routing::NetZoneImpl {
 public:
  /// Whom a message must go from and to so that it takes a route.
  struct Ends {
    simgrid::s4u::Host* from = nullptr;
    simgrid::s4u::Host* to = nullptr;
  };

  /// Owned by the SimGrid engine, which must exist.
  explicit RouteZone(const std::string& name) : NetZoneImpl(name) {}

  /// Before the zone is sealed. Links belong to this zone and are at least one.
  Ends make_route(const std::vector<simgrid::s4u::Link*>& links);

 private:
  using Links = std::vector<simgrid::kernel::resource::StandardLinkImpl*>;

  void get_local_route(const simgrid::kernel::routing::NetPoint* from, const simgrid::kernel::routing::NetPoint* to,
                       simgrid::kernel::routing::Route* into, double* latency) override;

  std::vector<simgrid::s4u::Host*> ends_;
  std::vector<std::size_t> place_;  ///< in `ends_`, by the number that the zone gave a host
  std::vector<Links> routes_;       ///< by the number of the pair of places
};

}  // namespace podsim::step
