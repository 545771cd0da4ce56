#pragma once

#include "collective/schedule/schedule.hpp"
#include "platform/network.hpp"

#include <cstddef>
#include <vector>

namespace podsim::step {

/// The links that the flows of some collectives cross, each once.
std::vector<int> links_of(const platform::Network& network, const std::vector<const collective::Schedule*>& schedules);

/// For each of some sets of links the others that have one in common with it.
std::vector<std::vector<size_t>> sharing(const std::vector<std::vector<int>>& links);

/// Whether all flows of a phase that has the network to itself go at one rate each until they end together. Then what is
/// left of it at any time is the same share of each.
bool ends_together(const platform::Network& network, const collective::Phase& phase);

}  // namespace podsim::step
