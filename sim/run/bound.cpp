#include "run/bound.hpp"

#include "collective/bound.hpp"
#include "compute/roofline.hpp"

#include <algorithm>

namespace podsim::run {
namespace {

/// The gradients over the cuts of the topology; where the ranks share the optimiser, they and then the new weights.
double network_bound_seconds(const RunRequest& request, const Layout& layout, const workload::Graph& graph) {
  if (layout.plan.ranks == 1) return 0;
  const auto bound = [&](collective::Operation operation, catalog::NumberFormat format) {
    return collective::bound_seconds(request.platform, layout.slice,
                                     {.operation = operation,
                                      .group = {.size = layout.plan.ranks},
                                      .bytes = graph.parameters() * catalog::bytes_of(format)});
  };
  const catalog::NumberFormat gradients = request.stack.gradient_format;
  if (layout.plan.update_shards == 1) return bound(collective::Operation::all_reduce, gradients);
  return bound(collective::Operation::reduce_scatter, gradients) +
         bound(collective::Operation::all_gather, request.stack.weight_format);
}

}  // namespace

double step_bound_seconds(const RunRequest& request, const Layout& layout, size_t phase) {
  const auto& graph = layout.graphs[phase];
  const auto& chip = request.platform.chip;
  const double passes = static_cast<double>(layout.plan.batch.passes);
  const double matrix = compute::bound_seconds(passes * graph.fewest_flops(), chip, request.stack);
  const parallel::MemoryNeed memory =
      parallel::memory_need(graph, layout.plan, request.workload.training.optimizer, chip, request.stack);
  const double state_bytes =
      (memory.weights_bytes + memory.gradients_bytes) / layout.plan.update_shards + memory.optimizer_bytes;
  const double optimizer = state_bytes / (chip.memory_bytes_per_second / chip.ranks);
  return std::max({matrix, optimizer, network_bound_seconds(request, layout, graph)});
}

}  // namespace podsim::run
