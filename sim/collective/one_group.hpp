#pragma once

#include "collective/schedule/schedule.hpp"
#include "platform/network.hpp"

#include <map>
#include <set>
#include <vector>

namespace podsim::collective {

/// A schedule of all groups of a demand, just planned: its routes are the last of its network.
struct PlannedGroups {
  Schedule schedule;
  std::vector<int> first_ranks;  ///< of the group that sends over each of these routes
};

/// The schedules of some of the groups, by first rank: their own flows, and the latencies of all at work together. Keeps
/// only these groups' routes. Throws std::invalid_argument where no group starts with such a rank.
std::map<int, Schedule> one_by_one(PlannedGroups planned, const std::set<int>& first_ranks, platform::Network& network);

}  // namespace podsim::collective
