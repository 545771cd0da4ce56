#pragma once

#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "workload/operation.hpp"

namespace podsim::workload {

/// Layers of `workload` for a micro-batch of `examples` on one rank, in the
/// shapes of one training phase and the number formats of a stack.
Graph expand(const catalog::Workload& workload, const catalog::TrainingPhase& phase, double examples,
             const catalog::Stack& stack);

}  // namespace podsim::workload
