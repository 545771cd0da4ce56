#include "step/route_zone.hpp"

#include <fmt/format.h>
#include <simgrid/kernel/routing/NetPoint.hpp>

#include <algorithm>

namespace podsim::step {
namespace {

/// Pairs are numbered shell by shell, (0,0) (1,0) (1,1) (0,1) (2,0)..., so that the numbers of n x n pairs
/// are the first n x n whatever n will be.
std::size_t pair_number(std::size_t from, std::size_t to) {
  return from >= to ? from * from + to : to * to + to + 1 + from;
}

}  // namespace

RouteZone::Ends RouteZone::make_route(const std::vector<simgrid::s4u::Link*>& links) {
  const std::size_t number = routes_.size();
  if (number == ends_.size() * ends_.size()) {
    auto* host = create_host(fmt::format("end{}", ends_.size()), {1.0});
    place_.resize(host->get_netpoint()->id() + 1);
    place_.back() = ends_.size();
    ends_.push_back(host);
  }
  const std::size_t shell = ends_.size() - 1;
  const std::size_t in_shell = number - shell * shell;
  const std::size_t from = in_shell <= shell ? shell : in_shell - shell - 1;
  const std::size_t to = in_shell <= shell ? in_shell : shell;
  Links& route = routes_.emplace_back();
  for (const simgrid::s4u::Link* link : links) route.push_back(link->get_impl());
  return {ends_[from], ends_[to]};
}

void RouteZone::get_local_route(const simgrid::kernel::routing::NetPoint* from,
                                const simgrid::kernel::routing::NetPoint* to, simgrid::kernel::routing::Route* into,
                                double* /*latency*/) {
  into->link_list_ = routes_.at(pair_number(place_.at(from->id()), place_.at(to->id())));
}

}  // namespace podsim::step
