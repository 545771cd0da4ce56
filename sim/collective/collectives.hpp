#pragma once

#include "catalog/spec/library.hpp"
#include "catalog/spec/platform.hpp"
#include "collective/schedule/operation.hpp"
#include "collective/schedule/schedule.hpp"
#include "platform/network.hpp"
#include "platform/node_fold.hpp"
#include "platform/slice.hpp"

#include <map>
#include <string>
#include <vector>

namespace podsim::collective {

/// The collectives of a program, each with its schedule, over one network.
struct Collectives {
  platform::Network network;
  std::map<Demand, Schedule> schedules;

  const Schedule& schedule(const Demand& demand) const { return schedules.at(demand); }
  /// The algorithms in use, each once, the one for the largest size first; "none" without any.
  std::string algorithms() const;

  bool operator==(const Collectives&) const = default;
};

/// The collectives that are asked for on a slice, as the library would do them. Folded, one representative of each
/// class of flows stands for all of them. Throws as `plan`.
Collectives plan_collectives(const catalog::Platform& platform, const platform::Slice& slice,
                             const catalog::Library& library, const std::vector<Demand>& demands,
                             const platform::NodeFold& fold);

/// Folded over all nodes, or whole.
inline Collectives plan_collectives(const catalog::Platform& platform, const platform::Slice& slice,
                                    const catalog::Library& library, const std::vector<Demand>& demands, bool folded) {
  return plan_collectives(platform, slice, library, demands,
                          folded ? platform::NodeFold::all() : platform::NodeFold::none());
}

/// The links that the routes of a collective cross, each once, in ascending order: two collectives disturb each other
/// where they have one in common.
std::vector<int> links_of(const Collectives& collectives, const Demand& demand);

}  // namespace podsim::collective
