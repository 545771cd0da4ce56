#pragma once

#include "collective/boxes/boxes_task.hpp"

#include <string>
#include <vector>

namespace podsim::collective {

/// Rings over groups on boxes: how often and how much each member passes on.
struct RingWork {
  double rounds = 0;       ///< messages that a member passes on, one after the other
  double passed_on = 0;    ///< by each member, as a share of the collective's bytes
  double chunk_share = 0;  ///< of one message, as such a share
  bool one_way = false;    ///< a pipeline of chunks from the first member to the last
};

/// All-reduce, reduce-scatter, all-gather or broadcast of `share` of the bytes over rings of `ranks`.
RingWork ring_work(Operation operation, double ranks, double share);

/// The rings of some groups, or of alike parts of them, at work, as one phase. Each ring is one flow: a ring is a
/// pipeline, and goes at the pace of its slowest hop. Of all groups, the first stands for the others in what fills it.
Phase ring_phase(const BoxesTask& task, const std::vector<GroupOnBoxes>& groups, std::string name,
                 const RingWork& work);

/// Ring algorithm over boxes, the bytes cut evenly over parallel rings (NCCL's channels): inside one
/// box as many NVLink rings as the links allow, or one over PCIe; across boxes one ring a network
/// card, which enters and leaves each box through that card. For an all-reduce each member passes
/// 2 (n - 1) / n of a ring's bytes on, in 2 (n - 1) hops.
Schedule ring(const BoxesTask& task);

/// What the rings of one group alone reach in bytes per second, all together.
double ring_bytes_per_second(const platform::BoxesNetwork& boxes, const GroupOnBoxes& at);

}  // namespace podsim::collective
