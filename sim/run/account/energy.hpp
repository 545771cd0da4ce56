#pragma once

#include "catalog/spec/platform.hpp"
#include "platform/slice.hpp"

namespace podsim::run {

/// Joules of chips and boxes. A chip draws its mean training power while it computes and its idle power
/// while it waits (for the network, input, the host, a checkpoint); a box draws its power all the time.
double energy_joules(const catalog::Platform& platform, const platform::Slice& slice, double computing_seconds,
                     double waiting_seconds);

}  // namespace podsim::run
