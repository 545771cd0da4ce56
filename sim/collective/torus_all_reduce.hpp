#pragma once

#include "catalog/stack.hpp"
#include "collective/all_reduce.hpp"
#include "platform/torus.hpp"

namespace podsim::collective {

/// All-reduce along the axes of a torus: reduce-scatter axis by axis, then all-gather back. The bytes
/// are cut in as many parts as there are axes and each part starts on another axis, so that all links
/// work at once (Ying et al., "Image Classification at Supercomputer Scale", 2018: the
/// two-dimensional gradient summation). The ranks of one chip reduce among themselves first.
AllReduce torus_all_reduce(const platform::TorusNetwork& torus, int ranks_per_chip,
                           const catalog::CollectiveLatency& latency);

}  // namespace podsim::collective
