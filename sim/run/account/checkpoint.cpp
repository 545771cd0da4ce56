#include "run/account/checkpoint.hpp"

#include <algorithm>

namespace podsim::run {

std::optional<Checkpoint> checkpoint_of(const catalog::Stack& stack, const catalog::Platform& platform, double bytes,
                                        double nodes) {
  if (!stack.run.checkpoint || !platform.storage) return std::nullopt;
  const catalog::CheckpointPolicy& policy = *stack.run.checkpoint;
  const double writers = policy.all_nodes_write ? nodes : 1;
  double rate = writers * platform.storage->node_bytes_per_second;
  if (platform.storage->total_bytes_per_second > 0) rate = std::min(rate, platform.storage->total_bytes_per_second);
  Checkpoint checkpoint;
  checkpoint.bytes = bytes;
  checkpoint.write_seconds = bytes / rate;
  checkpoint.asynchronous = policy.snapshot_bytes_per_second > 0;
  checkpoint.stall_seconds =
      checkpoint.asynchronous ? bytes / (writers * policy.snapshot_bytes_per_second) : checkpoint.write_seconds;
  checkpoint.interval_seconds = std::max(policy.interval_seconds, checkpoint.write_seconds);
  return checkpoint;
}

}  // namespace podsim::run
