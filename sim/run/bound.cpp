#include "run/bound.hpp"

#include "collective/bound.hpp"
#include "compute/roofline.hpp"
#include "parallel/activations.hpp"

#include <algorithm>
#include <vector>

namespace podsim::run {
namespace {

/// What a stage's layers ask for on one rank.
struct StageWork {
  double fewest_flops = 0;  ///< of one micro-batch
  double parameters = 0;    ///< whose gradients all replicas sum
};

StageWork work_of(const workload::Graph& graph, const parallel::Plan& plan, int rank) {
  if (plan.degrees.pipeline == 1) return {graph.fewest_flops(), graph.parameters()};
  StageWork work;
  for (const workload::Layer* layer : parallel::layers_on_rank(graph, plan, rank)) {
    work.fewest_flops += layer->fewest_flops();
    work.parameters += layer->parameters;
  }
  return work;
}

/// Weights and gradients that a rank updates, or less; what ZeRO shares is only its share already. Within a hybrid shard
/// experts may be shared among more ranks than all else.
double updated_bytes(const parallel::StageMemory& stage, const parallel::Plan& plan) {
  const int shards = std::max(plan.update_shards, plan.expert_update_shards());
  if (plan.zero < 2) return (stage.weights_bytes + stage.gradients_bytes) / shards;
  return stage.weights_bytes / (plan.zero >= 3 ? 1 : shards) + stage.gradients_bytes;
}

/// The gradients over the cuts of the topology; where the ranks share the optimiser, they and then the new weights.
double network_bound_seconds(const RunRequest& request, const Layout& layout, int rank, double parameters) {
  const parallel::Plan& plan = layout.plan;
  if (plan.degrees.replicas() == 1) return 0;
  const parallel::Mesh mesh = plan.mesh();
  const auto bound = [&](collective::Operation operation, catalog::NumberFormat format) {
    return collective::bound_seconds(
        request.platform, layout.slice,
        {.operation = operation,
         .group = plan.update_shards > 1 ? mesh.shards(plan.update_shards) : mesh.replicas(),
         .bytes = parameters * catalog::bytes_of(format),
         .place = mesh.stage(rank)});
  };
  const catalog::NumberFormat gradients = request.stack.formats.gradient;
  if (plan.update_shards == 1) return bound(collective::Operation::all_reduce, gradients);
  return bound(collective::Operation::reduce_scatter, gradients) +
         bound(collective::Operation::all_gather, request.stack.formats.weight);
}

}  // namespace

double step_bound_seconds(const RunRequest& request, const Layout& layout, size_t phase) {
  const auto& chip = request.platform.chip;
  const parallel::Plan& plan = layout.plan;
  const parallel::MemoryNeed& memory = layout.needs[phase];
  const std::vector<parallel::StageMemory> stages =
      memory.stages.empty() ? std::vector<parallel::StageMemory>{memory} : memory.stages;
  // Half of the micro-batches go through each of the two stages that a rank of DualPipe has.
  const bool halves = plan.degrees.pipeline > 1 && plan.schedule == pipeline::ScheduleKind::dualpipe;
  const double passes =
      static_cast<double>(plan.batch_of(request.workload.training.phases[phase]).passes) / (halves ? 2 : 1);
  double seconds = 0;
  for (const parallel::StageMemory& stage : stages) {
    const StageWork work = work_of(layout.graphs[phase], plan, stage.stage);
    const double matrix = compute::bound_seconds(passes * work.fewest_flops, chip, request.stack);
    const double optimizer_bytes = updated_bytes(stage, plan) + stage.optimizer_bytes;
    const double optimizer = optimizer_bytes / (chip.memory_bytes_per_second / chip.ranks);
    seconds =
        std::max({seconds, matrix, optimizer, network_bound_seconds(request, layout, stage.stage, work.parameters)});
  }
  return seconds;
}

}  // namespace podsim::run
