#include "step/fabric.hpp"

#include "platform/bottlenecks.hpp"

#include <fmt/format.h>
#include <simgrid/simix.hpp>

#include <cmath>

namespace podsim::step {
namespace {

namespace sg = simgrid::s4u;

/// SimGrid counts whole bytes; what is left of a flow need not be. A power of two changes no other rounding.
constexpr double kPartsOfByte = 0x1p16;

}  // namespace

Fabric::Fabric(RouteZone& zone, const std::string& name, const platform::Network& network) {
  std::vector<sg::Link*> links;
  const auto add_link = [&](double bytes_per_second) {
    links.push_back(zone.create_link(fmt::format("{}/{}", name, links.size()), {bytes_per_second * kPartsOfByte}));
    return links.back();
  };
  const platform::Network few = platform::bottlenecks(network);
  for (const platform::Link& link : few.links) add_link(link.bytes_per_second);
  for (const platform::Route& route : few.routes) {
    std::vector<sg::Link*> crossed;
    for (const int link : route.links) crossed.push_back(links[link]);
    if (std::isfinite(route.bytes_per_second_cap)) crossed.push_back(add_link(route.bytes_per_second_cap));
    routes_.push_back(zone.make_route(crossed));
  }
}

void Fabric::carry(const collective::Phase& phase, double bytes, double share) const {
  std::vector<sg::CommPtr> flows;
  flows.reserve(phase.flows.size());
  // All start in one call into SimGrid's kernel: no change of actor between them.
  simgrid::kernel::actor::simcall_answered([&] {
    for (const collective::Flow& flow : phase.flows) {
      const RouteZone::Ends& ends = routes_[flow.route];
      const auto size = static_cast<uint64_t>(std::ceil(flow.share * bytes) * share * kPartsOfByte);
      flows.push_back(sg::Comm::sendto_async(ends.from, ends.to, size));
    }
  });
  for (const auto& flow : flows) flow->wait();
}

}  // namespace podsim::step
