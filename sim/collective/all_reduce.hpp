#pragma once

#include "catalog/platform.hpp"
#include "catalog/stack.hpp"
#include "collective/schedule.hpp"
#include "platform/network.hpp"
#include "platform/slice.hpp"

namespace podsim::collective {

/// A network and the all-reduce over all its ranks.
struct AllReduce {
  platform::Network network;
  Schedule schedule;

  bool operator==(const AllReduce&) const = default;
};

/// The all-reduce over every rank of a slice, as its library would do it: along the axes of a torus,
/// over NVLink rings in a box, over one ring a network card across boxes. Folded, one representative
/// of each class of flows stands for all of them.
AllReduce all_reduce(const catalog::Platform& platform, const platform::Slice& slice,
                     const catalog::CollectiveLatency& latency, bool folded);

/// Physical lower limit in seconds of the all-reduce of `bytes` per rank over a slice: data-sheet
/// rates and cuts of the topology, whatever the algorithm.
double all_reduce_bound_seconds(const catalog::Platform& platform, const platform::Slice& slice, double bytes);

}  // namespace podsim::collective
