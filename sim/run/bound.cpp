#include "run/bound.hpp"

#include "compute/roofline.hpp"

#include <algorithm>

namespace podsim::run {

double step_bound_seconds(const RunRequest& request, const Layout& layout, size_t phase) {
  const auto& graph = layout.graphs[phase];
  const auto& chip = request.platform.chip;
  const double passes = static_cast<double>(layout.plan.batch.passes);
  const double matrix =
      compute::bound_seconds(passes * (graph.forward_flops() + graph.backward_flops()), chip, request.stack);
  const parallel::MemoryNeed memory =
      parallel::memory_need(graph, layout.plan, request.workload.training.optimizer, chip, request.stack);
  const double state_bytes =
      (memory.weights_bytes + memory.gradients_bytes) / layout.plan.update_shards + memory.optimizer_bytes;
  const double optimizer = state_bytes / (chip.memory_bytes_per_second / chip.ranks);
  double network = 0;
  if (layout.plan.ranks > 1) {
    const double bytes = graph.parameters() * catalog::bytes_of(request.stack.gradient_format);
    network = collective::all_reduce_bound_seconds(request.platform, layout.slice, bytes);
  }
  return std::max({matrix, optimizer, network});
}

}  // namespace podsim::run
