#pragma once

#include "catalog/spec/platform.hpp"
#include "collective/schedule/operation.hpp"
#include "platform/slice.hpp"

namespace podsim::collective {

/// Physical lower limit in seconds of a collective on a slice, from data-sheet rates and cuts of the
/// topology, whatever the algorithm: what must leave a chip, what must cross all links of a group together,
/// what must leave a node through its cards, and a group of nodes through its switches; on a torus, what
/// must cross the middle of an axis. Switches that add up let fewer bytes
/// leave.
double bound_seconds(const catalog::Platform& platform, const platform::Slice& slice, const Demand& demand);

}  // namespace podsim::collective
