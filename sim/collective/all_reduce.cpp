#include "collective/all_reduce.hpp"

#include "collective/ring_all_reduce.hpp"
#include "collective/torus_all_reduce.hpp"
#include "platform/nvlink_boxes.hpp"
#include "platform/switched_boxes.hpp"
#include "platform/torus.hpp"

namespace podsim::collective {

AllReduce all_reduce(const catalog::Platform& platform, const platform::Slice& slice,
                     const catalog::CollectiveLatency& latency, bool folded) {
  if (slice.chips * platform.chip.ranks == 1) return {.network = {}, .schedule = {.algorithm = "none", .phases = {}}};
  if (std::holds_alternative<catalog::Torus>(platform.interconnect)) {
    return torus_all_reduce(platform::TorusNetwork(platform, slice, folded), platform.chip.ranks, latency);
  }
  if (std::holds_alternative<catalog::SwitchedBoxes>(platform.interconnect)) {
    return ring_all_reduce(platform::SwitchedBoxesNetwork(platform, slice, folded), latency);
  }
  return ring_all_reduce(platform::NvlinkBoxesNetwork(platform, slice, folded), latency);
}

double all_reduce_bound_seconds(const catalog::Platform& platform, const platform::Slice& slice, double bytes) {
  return std::visit([&](const auto& kind) { return platform::all_reduce_bound_seconds(kind, slice, bytes); },
                    platform.interconnect);
}

}  // namespace podsim::collective
