#pragma once

#include "catalog/chip.hpp"
#include "catalog/stack.hpp"
#include "parallel/plan.hpp"
#include "parallel/program.hpp"
#include "workload/operation.hpp"

#include <vector>

namespace podsim::parallel {

/// A layer with the time of each of its operations on a rank.
struct TimedLayer {
  std::vector<TimedOperation> forward;
  std::vector<TimedOperation> backward;  ///< what is computed again comes first
};

/// One forward and backward pass of a micro-batch.
struct Pass {
  std::vector<TimedLayer> layers;  ///< in forward order

  double seconds(Activity activity) const;
};

/// Times the operations of `graph`. Forward and backward take what the device needs, or the host that starts the
/// kernels (`compute::phase_seconds`): where the host holds the device up, all operations of that half are
/// stretched alike. With passes accumulated, each adds its gradients to those before. `collectives` are
/// started during the backward pass.
Pass time_pass(const workload::Graph& graph, const Plan& plan, int collectives, const catalog::Chip& chip,
               const catalog::Stack& stack);

}  // namespace podsim::parallel
