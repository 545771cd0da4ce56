#include "step/fabric.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace podsim::step {
namespace {

namespace sg = simgrid::s4u;

}  // namespace

Fabric::Fabric(sg::NetZone* zone, const std::string& name, const platform::Network& network) {
  std::vector<sg::Link*> links;
  for (size_t i = 0; i < network.links.size(); ++i) {
    links.push_back(zone->create_link(fmt::format("{}/link{}", name, i), network.links[i].bytes_per_second)->seal());
  }
  for (size_t i = 0; i < network.routes.size(); ++i) {
    const platform::Route& route = network.routes[i];
    const std::string route_name = fmt::format("{}/route{}", name, i);
    std::vector<sg::LinkInRoute> crossed;
    for (const int link : route.links) crossed.emplace_back(links[link]);
    if (std::isfinite(route.bytes_per_second_cap)) {
      crossed.emplace_back(zone->create_link(route_name + "/cap", route.bytes_per_second_cap)->seal());
    }
    sg::Host* host = zone->create_host(route_name, 1.0)->seal();
    zone->add_route(host->get_netpoint(), host->get_netpoint(), nullptr, nullptr, crossed, false);
    routes_.push_back(host);
  }
}

void Fabric::carry(const collective::Phase& phase, double bytes) const {
  std::vector<sg::CommPtr> flows;
  flows.reserve(phase.flows.size());
  for (const collective::Flow& flow : phase.flows) {
    sg::Host* route = routes_[flow.route];
    flows.push_back(sg::Comm::sendto_async(route, route, static_cast<uint64_t>(std::ceil(flow.share * bytes))));
  }
  for (const auto& flow : flows) flow->wait();
}

}  // namespace podsim::step
