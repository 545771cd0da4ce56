#include "parallel/compile.hpp"

#include "parallel/code_builder.hpp"
#include "parallel/stage.hpp"
#include "parallel/stage_traffic.hpp"

#include <limits>
#include <map>

namespace podsim::parallel {
namespace {

/// Examples per second of one node: the least of the limits that the stack gives; infinite where it gives none.
double input_rate(catalog::Input input, const Plan& plan, const catalog::Platform& platform,
                  const catalog::Stack& stack) {
  double rate = std::numeric_limits<double>::infinity();
  const auto limit = [&](const std::map<catalog::Input, double>& rates, double count) {
    const auto found = rates.find(input);
    if (found != rates.end() && count > 0) rate = std::min(rate, found->second * count);
  };
  limit(stack.input.per_node, 1);
  limit(stack.input.per_chip, static_cast<double>(plan.ranks_per_node) / platform.chip.ranks);
  limit(stack.input.per_host_core, platform.node.host_cores);
  return rate;
}

/// Replicas whose examples the fullest node takes: it holds their first stage, or with DualPipe one half at each end.
double replicas_of_node(const Plan& plan) {
  const Mesh mesh = plan.mesh();
  const bool both_ends = plan.degrees.pipeline > 1 && plan.schedule == pipeline::ScheduleKind::dualpipe;
  const int last = plan.degrees.pipeline - 1;
  double taken = 0;
  for (int rank = 0; rank < plan.ranks_per_node; ++rank) {
    const int stage = mesh.stage_of(rank);
    if (stage == 0) taken += both_ends ? 0.5 : 1;
    if (both_ends && stage == last) taken += 0.5;
  }
  return taken / plan.degrees.stage_ranks();
}

}  // namespace

StepProgram compile_step(const workload::Graph& graph, const Plan& plan, const BatchShape& batch,
                         const catalog::Training& training, const catalog::Platform& platform,
                         const catalog::Stack& stack, Operations operations) {
  CodeBuilder builder(operations);
  const StepTask task{graph, plan, batch, training, platform, stack};
  StageTraffic between(plan, boundary_bytes(graph, plan), builder);
  for (int rank = 0; rank < plan.degrees.pipeline; ++rank) Stage(task, rank, between, builder).write();
  StepProgram program = builder.take();
  const double examples_of_node = static_cast<double>(batch.local) * replicas_of_node(plan);
  program.input_seconds = examples_of_node / input_rate(training.input, plan, platform, stack);
  return program;
}

StepProgram compile_evaluation(const workload::Graph& graph, const Plan& plan, const BatchShape& batch,
                               const catalog::Training& training, const catalog::Platform& platform,
                               const catalog::Stack& stack) {
  CodeBuilder builder(Operations::left_out);
  const StepTask task{graph, plan, batch, training, platform, stack};
  StageTraffic between(plan, boundary_bytes(graph, plan), builder);
  for (int rank = 0; rank < plan.degrees.pipeline; ++rank) Stage(task, rank, between, builder).write_evaluation();
  return builder.take();
}

}  // namespace podsim::parallel
