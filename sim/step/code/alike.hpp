#pragma once

#include "collective/schedule/schedule.hpp"
#include "platform/network.hpp"

namespace podsim::step {

/// Whether two collectives of one size ask the same of links that are as fast, flow by flow and link by link. Alone they
/// take the same time: those of alike stages of a pipeline do.
bool alike(const platform::Network& network, const collective::Schedule& one, const collective::Schedule& other);

}  // namespace podsim::step
