#pragma once

#include "catalog/stack.hpp"
#include "collective/all_reduce.hpp"
#include "platform/nvlink_boxes.hpp"
#include "platform/switched_boxes.hpp"

namespace podsim::collective {

/// Ring all-reduce over boxes, the bytes cut evenly over parallel rings (NCCL's channels): inside one
/// box as many NVLink rings as the links allow, or one over PCIe; across boxes one ring a network
/// card, which enters and leaves each box through that card. Each chip passes 2 (n - 1) / n of a
/// ring's bytes on, in 2 (n - 1) hops.
AllReduce ring_all_reduce(const platform::NvlinkBoxesNetwork& boxes, const catalog::CollectiveLatency& latency);

/// The same over boxes with a switch. There all rings are alike and no chip tells them apart: what a
/// chip sends in all of them is one flow, and one more for each network card.
AllReduce ring_all_reduce(const platform::SwitchedBoxesNetwork& boxes, const catalog::CollectiveLatency& latency);

}  // namespace podsim::collective
