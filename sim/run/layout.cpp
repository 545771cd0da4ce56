#include "run/layout.hpp"

#include "parallel/compile.hpp"
#include "platform/impossible.hpp"
#include "workload/models/expand.hpp"

#include <fmt/format.h>

namespace podsim::run {
namespace {

int simulated_ranks(const RunRequest& request, const parallel::Plan& plan) {
  if (!request.full) return 1;
  if (plan.ranks <= kMostFullRanks) return plan.ranks;
  throw platform::Impossible(fmt::format(
      "--full: {} ranks are more than the {} that full mode simulates\n  way out: leave --full away; folded "
      "gives the same times, since all ranks do the same",
      plan.ranks, kMostFullRanks));
}

parallel::MemoryNeed largest_need(const RunRequest& request, const Layout& layout) {
  parallel::MemoryNeed largest;
  for (const auto& graph : layout.graphs) {
    auto need = parallel::memory_need(graph, layout.plan, request.workload.training.optimizer, request.platform.chip,
                                      request.stack);
    if (need.total_bytes() >= largest.total_bytes()) largest = std::move(need);
  }
  return largest;
}

std::vector<collective::Demand> demands(const Layout& layout) {
  std::vector<collective::Demand> demands;
  for (const auto& program : layout.programs) {
    for (const auto& message : program.messages) demands.push_back(program.demand(message));
  }
  return demands;
}

void note_synchronisation(Layout& layout) {
  if (layout.plan.batch.passes == 1 || layout.plan.ranks == 1) return;
  for (const workload::Layer& layer : layout.graphs.front().layers) {
    if (layer.synchronisation.bytes == 0) continue;
    layout.plan.notes.push_back("statistics over all ranks are reduced in the last pass of a step, not in the others");
    return;
  }
}

void note_input(const RunRequest& request, Layout& layout) {
  if (layout.programs.front().input_seconds > 0) return;
  layout.plan.notes.push_back(fmt::format("{} input is assumed to keep up: stack {} gives no limit of it",
                                          name_of(request.workload.training.input), request.stack.name));
}

void compile(const RunRequest& request, const std::vector<workload::Graph>& graphs, Layout& layout) {
  for (size_t i = 0; i < graphs.size(); ++i) {
    const parallel::BatchShape batch = layout.plan.batch_of(request.workload.training.phases[i]);
    layout.programs.push_back(parallel::compile_step(graphs[i], layout.plan, batch, request.workload.training,
                                                     request.platform, request.stack));
  }
}

}  // namespace

Layout lay_out(const RunRequest& request) {
  Layout layout;
  layout.slice = platform::choose_slice(request.platform, request.chips, request.slice);
  layout.plan = parallel::make_plan(request.workload, request.platform, request.stack, layout.slice, request.plan);
  layout.length = training_length(request.workload, layout.plan.batch.global, request.steps);
  layout.simulated_ranks = simulated_ranks(request, layout.plan);
  for (const auto& phase : request.workload.training.phases) {
    const auto examples = static_cast<double>(layout.plan.batch_of(phase).micro);
    layout.graphs.push_back(workload::expand(request.workload, phase, examples, request.stack));
  }
  note_synchronisation(layout);
  compile(request, layout.graphs, layout);
  note_input(request, layout);
  if (!request.timeline) {
    for (auto& program : layout.programs) program.operations = {};
  }
  layout.memory = largest_need(request, layout);
  layout.collectives = collective::plan_collectives(request.platform, layout.slice, request.stack.library,
                                                    demands(layout), !request.full);
  return layout;
}

Layout lay_out_baseline(const RunRequest& request, const Layout& layout) {
  Layout baseline;
  baseline.slice = platform::smallest_slice(request.platform);
  const int64_t ranks = int64_t{baseline.slice.chips} * request.platform.chip.ranks;
  parallel::PlanChoice choice = request.plan;
  choice.global_batch = layout.plan.batch.local * ranks;
  choice.micro_batch = layout.plan.batch.micro;
  baseline.plan = parallel::make_plan(request.workload, request.platform, request.stack, baseline.slice, choice);
  compile(request, layout.graphs, baseline);
  baseline.collectives =
      collective::plan_collectives(request.platform, baseline.slice, request.stack.library, demands(baseline), true);
  return baseline;
}

step::Case make_case(const std::string& name, const Layout& layout) {
  step::Case simulated{.name = name,
                       .collectives = layout.collectives,
                       .kinds = std::vector<size_t>(static_cast<size_t>(layout.simulated_ranks), 0),
                       .ranks_per_node = layout.simulated_ranks == 1 ? 1 : layout.plan.ranks_per_node,
                       .programs = {}};
  for (const auto& program : layout.programs) {
    simulated.programs.push_back({.operations = {},
                                  .blocks = program.blocks,
                                  .kinds = program.kinds,
                                  .streams = program.streams,
                                  .messages = program.messages,
                                  .input_seconds = program.input_seconds});
  }
  return simulated;
}

}  // namespace podsim::run
