#pragma once

#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "workload/operation.hpp"
#include "workload/shard.hpp"

namespace podsim::workload {

/// Layers of `workload` for a micro-batch of `examples` on one rank, in the
/// shapes of one training phase and the number formats of a stack, cut as `shard` says: then the ranks of a
/// tensor and context group have the micro-batch together. Throws InputError where `shard_problems` finds one.
Graph expand(const catalog::Workload& workload, const catalog::TrainingPhase& phase, double examples,
             const catalog::Stack& stack, const Shard& shard = {});

}  // namespace podsim::workload
