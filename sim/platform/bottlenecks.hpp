#pragma once

#include "platform/network.hpp"

namespace podsim::platform {

/// The same routes, in the same order, over as few links: whatever flows are on them, each goes as fast as before.
///
/// Links that the same routes cross equally often always carry the same flows, so that the slowest of them stands for
/// all. A link that all its routes cross m times is one of a m-th of its rate, crossed once. Links that only one route
/// crosses are a part of its cap. Takes time in proportion to the lengths of all routes.
Network bottlenecks(const Network& network);

}  // namespace podsim::platform
