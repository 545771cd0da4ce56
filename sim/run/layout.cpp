#include "run/layout.hpp"

#include "parallel/compile.hpp"
#include "parallel/plan/fold.hpp"
#include "parallel/remedies.hpp"
#include "parallel/stage.hpp"
#include "platform/impossible.hpp"
#include "run/group_refusal.hpp"
#include "run/layout_remedies.hpp"
#include "step/code/groups.hpp"
#include "workload/models/expand.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

namespace podsim::run {
namespace {

void require_simulable(const RunRequest& request, const parallel::Plan& plan) {
  if (!request.full || plan.ranks <= kMostFullRanks) return;
  throw platform::Impossible(fmt::format(
      "--full: {} ranks are more than the {} that full mode simulates\n  way out: leave --full away; folded "
      "gives the same times, since all ranks do the same",
      plan.ranks, kMostFullRanks));
}

/// The kind of each simulated rank.
std::vector<size_t> kinds_of(const Layout& layout) {
  const parallel::Mesh mesh = layout.plan.mesh();
  std::vector<size_t> kinds;
  const int simulated = layout.full ? layout.plan.ranks : layout.plan.degrees.pipeline;
  for (int rank = 0; rank < simulated; ++rank) {
    kinds.push_back(static_cast<size_t>(layout.full ? mesh.stage_of(rank) : rank));
  }
  return kinds;
}

void add_needs(const RunRequest& request, Layout& layout) {
  const catalog::Training& training = request.workload.training;
  for (size_t i = 0; i < layout.graphs.size(); ++i) {
    layout.needs.push_back(parallel::memory_need(layout.graphs[i], layout.plan.of_phase(training.phases[i]),
                                                 training.optimizer, request.platform.chip, request.stack));
    const parallel::MemoryNeed& need = layout.needs.back();
    if (need.total_bytes() >= layout.memory.total_bytes()) layout.memory = need;
  }
}

std::vector<collective::Demand> demands(const Layout& layout) {
  std::vector<collective::Demand> demands;
  for (const auto* programs : {&layout.programs, &layout.evaluations}) {
    for (const auto& program : *programs) {
      const auto found = step::demands_of(program, layout.plan.ranks, layout.full);
      demands.insert(demands.end(), found.begin(), found.end());
    }
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

void compile(const RunRequest& request, const std::vector<workload::Graph>& graphs, parallel::Operations listed,
             Layout& layout) {
  for (size_t i = 0; i < graphs.size(); ++i) {
    const catalog::TrainingPhase& phase = request.workload.training.phases[i];
    layout.programs.push_back(parallel::compile_step(graphs[i], layout.plan.of_phase(phase),
                                                     layout.plan.batch_of(phase), request.workload.training,
                                                     request.platform, request.stack, listed));
  }
}

/// The layers of one rank, and what all ranks together do in a step.
void add_phase(const RunRequest& request, const catalog::TrainingPhase& phase, Layout& layout) {
  const auto& plan = layout.plan;
  const parallel::BatchShape batch = plan.batch_of(phase);
  const auto examples = static_cast<double>(batch.micro);
  const auto of_all = [&](double flops) { return flops * static_cast<double>(batch.passes) * plan.degrees.data; };
  workload::Graph graph = workload::expand(request.workload, phase, examples, request.stack, plan.shard);
  const auto add = [&](workload::Graph whole) {
    workload::recompute_every(whole, plan.recompute_every);
    layout.parameters = std::max(layout.parameters, whole.parameters() + whole.expert_parameters());
    const double again = workload::flops_again(whole, plan.recompute);
    layout.flops.push_back({.model = of_all(whole.model_flops()),
                            .causal = of_all(whole.model_flops_causal()),
                            .hardware = of_all(whole.model_flops() + again)});
  };
  if (plan.shard.whole()) {
    add(graph);
  } else {
    add(workload::expand(request.workload, phase, examples, request.stack));
  }
  workload::recompute_every(graph, plan.recompute_every);
  parallel::copy_tied_parameters(graph, plan);
  layout.graphs.push_back(std::move(graph));
}

void plan_collectives(const RunRequest& request, Layout& layout) {
  const parallel::Fold fold = parallel::fold_of(layout.plan, request.platform, layout.slice);
  layout.folding = request.full ? "asked for: every rank is simulated" : fold.reason;
  layout.full = request.full || !fold.ranks;
  layout.nodes = layout.full ? platform::NodeFold::none() : fold.nodes;
  try {
    layout.collectives = collective::plan_collectives(request.platform, layout.slice, request.stack.library,
                                                      demands(layout), layout.nodes);
  } catch (const platform::Impossible& impossible) {
    throw platform::Impossible(told_by_degrees(impossible.what(), layout.plan));
  }
}

/// Where smaller micro-batches do not help: other layouts too, and more memory as the last way.
std::vector<std::string> with_layouts(const RunRequest& request, const Layout& layout) {
  std::vector<std::string> remedies = layout.memory.remedies;
  if (remedies.back() != parallel::kOnlyMoreMemory && remedies.back() != parallel::kOrMoreMemory) return remedies;
  remedies.pop_back();
  const size_t options = remedies.size();
  for (const std::string& text : fitting_layouts(request, layout)) {
    // Options that suffice alone come without a layout.
    const bool more = std::any_of(
        remedies.begin(), remedies.begin() + static_cast<std::ptrdiff_t>(options),
        [&](const std::string& remedy) { return text.find(remedy.substr(0, remedy.find(':'))) != std::string::npos; });
    if (!more) remedies.push_back(text);
  }
  remedies.emplace_back(remedies.empty() ? parallel::kOnlyMoreMemory : parallel::kOrMoreMemory);
  return remedies;
}

std::vector<int64_t> divisors_from_above(int64_t number) {
  std::vector<int64_t> low;
  std::vector<int64_t> high;
  for (int64_t divisor = 1; divisor * divisor <= number; ++divisor) {
    if (number % divisor != 0) continue;
    low.push_back(divisor);
    if (divisor != number / divisor) high.push_back(number / divisor);
  }
  high.insert(high.end(), low.rbegin(), low.rend());
  return high;
}

/// The largest micro-batch that fits, of those that divide a replica's examples; of one example where none does.
Layout lay_out_largest_micro_batch(const RunRequest& request) {
  RunRequest attempt = request;
  attempt.plan.micro_batch = 1;
  const int64_t local = lay_out_memory(attempt).plan.batch.local;
  for (const int64_t micro : divisors_from_above(local)) {
    attempt.plan.micro_batch = micro;
    try {
      if (micro > 1 && !lay_out_memory(attempt).memory.fits()) continue;
    } catch (const platform::Impossible&) {
      continue;  // too few micro-batches for the schedule
    }
    break;
  }
  Layout layout = lay_out(attempt);
  layout.plan.notes.push_back(fmt::format("micro-batch of {}: the largest that fits", layout.plan.batch.micro));
  return layout;
}

/// The smallest slice with a whole number of replicas.
std::optional<platform::Slice> baseline_slice(const RunRequest& request, const Layout& layout) {
  const platform::Slice smallest = platform::smallest_slice(request.platform);
  if (!layout.plan.laid_out()) {
    return layout.slice.chips > smallest.chips ? std::optional(smallest) : std::nullopt;
  }
  const int ranks = request.platform.chip.ranks;
  for (int replicas = 1; replicas < layout.plan.degrees.data; replicas *= 2) {
    const int chips = layout.plan.degrees.replica_ranks() * replicas / ranks;
    if (chips < smallest.chips) continue;
    if (chips == smallest.chips) return smallest;
    try {
      return platform::choose_slice(request.platform, chips, {});
    } catch (const platform::Impossible&) {
      continue;
    }
  }
  return std::nullopt;
}

/// Without a layout an evaluation is the forward work of the passes.
void compile_evaluations(const RunRequest& request, Layout& layout) {
  const catalog::Training& training = request.workload.training;
  if (!layout.plan.laid_out() || !training.evaluation) return;
  for (size_t i = 0; i < layout.graphs.size(); ++i) {
    const catalog::TrainingPhase& phase = training.phases[i];
    layout.evaluations.push_back(parallel::compile_evaluation(layout.graphs[i], layout.plan.of_phase(phase),
                                                              layout.plan.batch_of(phase), training, request.platform,
                                                              request.stack));
  }
}

}  // namespace

Layout lay_out_memory(const RunRequest& request) {
  Layout layout;
  layout.slice = platform::choose_slice(request.platform, request.chips, request.slice);
  layout.plan = parallel::make_plan(request.workload, request.platform, request.stack, layout.slice, request.plan);
  layout.length = training_length(request.workload, layout.plan.batch.global, request.steps);
  require_simulable(request, layout.plan);
  for (const auto& phase : request.workload.training.phases) add_phase(request, phase, layout);
  add_needs(request, layout);
  return layout;
}

Layout lay_out(const RunRequest& request) {
  if (request.plan.micro_batch == parallel::kAutoMicroBatch) return lay_out_largest_micro_batch(request);
  Layout layout = lay_out_memory(request);
  note_synchronisation(layout);
  compile(request, layout.graphs, request.timeline ? parallel::Operations::listed : parallel::Operations::left_out,
          layout);
  compile_evaluations(request, layout);
  note_input(request, layout);
  plan_collectives(request, layout);
  if (!layout.memory.fits()) {
    layout.memory.remedies = with_layouts(request, layout);
  }
  return layout;
}

std::optional<Layout> lay_out_baseline(const RunRequest& request, const Layout& layout) {
  Layout baseline;
  const auto slice = baseline_slice(request, layout);
  if (!slice) return std::nullopt;
  baseline.slice = *slice;
  parallel::PlanChoice choice = request.plan;
  const int64_t ranks = int64_t{baseline.slice.chips} * request.platform.chip.ranks;
  choice.global_batch = layout.plan.batch.local * (ranks / layout.plan.degrees.replica_ranks());
  if (choice.micro_batch) choice.micro_batch = layout.plan.batch.micro;
  choice.hybrid_shard = {};
  try {
    baseline.plan = parallel::make_plan(request.workload, request.platform, request.stack, baseline.slice, choice);
  } catch (const platform::Impossible&) {
    return std::nullopt;  // experts need more replicas
  }
  compile(request, layout.graphs, parallel::Operations::left_out, baseline);
  plan_collectives(request, baseline);
  return baseline;
}

step::Case make_case(const std::string& name, const Layout& layout, bool spans) {
  step::Case simulated{.name = name,
                       .collectives = layout.collectives,
                       .kinds = kinds_of(layout),
                       .ranks_per_node = layout.full ? layout.plan.ranks_per_node : 1,
                       .programs = {},
                       .full = layout.full,
                       .spans = spans};
  for (const auto* programs : {&layout.programs, &layout.evaluations}) {
    for (const auto& program : *programs) {
      simulated.programs.push_back({.operations = {},
                                    .blocks = program.blocks,
                                    .kinds = program.kinds,
                                    .streams = program.streams,
                                    .messages = program.messages,
                                    .input_seconds = program.input_seconds});
    }
  }
  return simulated;
}

}  // namespace podsim::run
