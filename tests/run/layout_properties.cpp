#include "run/layout_properties.hpp"

#include "catalog/spec/optimizer.hpp"
#include "workload/models/expand.hpp"

#include <string>

namespace podsim::tests {
namespace {

using parallel::Traffic;

/// Products of a step, and again those that the backward pass has to do once more.
double done_flops(const workload::Graph& graph, catalog::Recompute recompute) {
  double flops = 0;
  for (const workload::Layer& layer : graph.layers) {
    for (const workload::Operation& operation : layer.backward) flops += operation.flops();
    for (const workload::Operation& operation : layer.forward) {
      const bool layer_again = recompute == catalog::Recompute::full && layer.input_bytes > 0 && !layer.spared;
      const bool core_again = recompute != catalog::Recompute::none && operation.attention_core && !layer.spared;
      flops += (layer_again || core_again ? 2 : 1) * operation.flops();
    }
  }
  return flops;
}

double bytes_of(const parallel::StepProgram& program, Traffic traffic) {
  double bytes = 0;
  for (const auto& message : program.messages) bytes += message.traffic == traffic ? message.bytes : 0;
  return bytes;
}

double updated_bytes(const workload::Graph& graph, catalog::NumberFormat format) {
  double parameters = 0;
  for (const workload::Layer& layer : graph.layers) parameters += layer.parameters * layer.updates;
  return parameters * catalog::bytes_of(format);
}

double statistics_bytes(const workload::Graph& graph) {
  double bytes = 0;
  for (const workload::Layer& layer : graph.layers) {
    bytes += layer.synchronisation.bytes * (layer.synchronisation.forward + layer.synchronisation.backward);
  }
  return bytes;
}

/// Work and its operations; every operation in one piece of work.
void check_work(Findings& findings, const std::string& name, const parallel::StepProgram& program) {
  int next = 0;
  parallel::each_instruction(program, program.kinds.front(), [&](const parallel::Instruction& instruction, int64_t) {
    const auto* work = std::get_if<parallel::Work>(&instruction);
    if (work == nullptr) return;
    findings.require(work->first == next, name + ": an operation is in no work, or in two");
    next = work->last;
    double seconds = 0;
    for (int i = work->first; i < work->last; ++i) {
      const auto& operation = program.operations[static_cast<size_t>(i)];
      findings.require(operation.activity == work->activity, name + ": " + operation.name + " is in other work");
      seconds += operation.seconds;
    }
    findings.same(name + ": work", work->seconds, seconds);
  });
  findings.require(next == static_cast<int>(program.operations.size()), name + ": operations are left over");
}

void check_messages(Findings& findings, const std::string& name, const run::RunRequest& request,
                    const run::Layout& layout, size_t phase) {
  const auto& graph = layout.graphs[phase];
  const auto& program = layout.programs[phase];
  const bool alone = layout.plan.ranks == 1;
  const bool shared = layout.plan.update_shards > 1;
  findings.same(name + ": gradients", bytes_of(program, Traffic::gradients),
                alone ? 0 : updated_bytes(graph, request.stack.formats.gradient));
  findings.same(name + ": weights", bytes_of(program, Traffic::weights),
                shared ? updated_bytes(graph, request.stack.formats.weight) : 0);
  findings.same(name + ": statistics", bytes_of(program, Traffic::statistics), alone ? 0 : statistics_bytes(graph));
  for (const auto& message : program.messages) {
    findings.require(program.demand(message).group.size == layout.plan.ranks, name + ": a message of too few ranks");
  }
}

}  // namespace

void check_layout(Findings& findings, const run::RunRequest& request, const run::Layout& layout,
                  const run::RunResult& result) {
  const auto ranks = static_cast<double>(layout.plan.ranks);
  double parameters = 0;
  for (size_t i = 0; i < layout.graphs.size(); ++i) {
    const auto& phase = request.workload.training.phases[i];
    const auto examples = static_cast<double>(layout.plan.batch.global * phase.batch_factor);
    workload::Graph whole = workload::expand(request.workload, phase, examples, request.stack);
    workload::recompute_every(whole, layout.plan.recompute_every);
    const auto& program = layout.programs[i];
    findings.same(phase.name + ": model FLOPs", result.step.phases[i].model_flops_per_step, whole.model_flops());
    double flops = 0;
    double update_bytes = 0;
    for (const auto& operation : program.operations) {
      flops += operation.flops;
      if (operation.activity == parallel::Activity::optimizer) update_bytes += operation.bytes;
    }
    findings.same(phase.name + ": FLOPs", flops * ranks, done_flops(whole, layout.plan.recompute));
    const double moved = catalog::optimizer_bytes(request.stack, request.workload.training.optimizer);
    findings.same(phase.name + ": update", update_bytes * layout.plan.update_shards,
                  whole.updated_parameters() * moved);
    findings.same(phase.name + ": parameters", layout.graphs[i].parameters(), whole.parameters());
    parameters = std::max(parameters, whole.parameters());
    check_work(findings, phase.name, program);
    check_messages(findings, phase.name, request, layout, i);
  }
  findings.same("parameters", result.setup.parameters, parameters);
}

}  // namespace podsim::tests
