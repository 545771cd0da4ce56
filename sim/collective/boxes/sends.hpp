#pragma once

#include "collective/boxes/boxes_task.hpp"

namespace podsim::collective {

/// One flow from each sender to its receiver: inside a node from chip to chip, to another node through the card of the
/// sender's chip and the same card there. Throws platform::Impossible where a receiver is no rank of the slice.
Schedule sends(const BoxesTask& task);

}  // namespace podsim::collective
