#pragma once

#include "catalog/spec/chip.hpp"
#include "catalog/spec/stack.hpp"
#include "parallel/plan/plan.hpp"
#include "parallel/program.hpp"
#include "workload/operation.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace podsim::parallel {

/// A layer with the time of each of its operations on a rank.
struct TimedLayer {
  std::vector<TimedOperation> forward;
  std::vector<TimedOperation> backward;  ///< what is computed again comes first
  std::vector<workload::Exchange> forward_exchanges;
  std::vector<workload::Exchange> backward_exchanges;  ///< with those of what is computed again
  double forward_launches = 0;                         ///< operations as the host counts them
  double backward_launches = 0;
};

/// One forward and backward pass of a micro-batch through some layers. Neighbouring layers that do the same work share
/// their times.
struct Pass {
  std::vector<TimedLayer> kinds;
  std::vector<size_t> kind_of_layer;  ///< in forward order

  const TimedLayer& layer(size_t i) const { return kinds[kind_of_layer[i]]; }
  double seconds(Activity activity) const;
};

/// Collectives that the host starts during each half of a pass.
struct CollectiveCounts {
  int forward = 0;
  int backward = 0;
};

/// Times the operations of layers. Forward and backward take what the device needs, or the host that starts the
/// kernels and collectives (`compute::phase_seconds`): where the host holds the device up, all operations of that half
/// are stretched alike. `collectives`: beside those inside the layers. With passes accumulated, each adds its gradients
/// to those before.
Pass time_pass(std::span<const workload::Layer> layers, const Plan& plan, const CollectiveCounts& collectives,
               const catalog::Chip& chip, const catalog::Stack& stack);

}  // namespace podsim::parallel
