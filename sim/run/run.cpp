#include "run/run.hpp"

#include "platform/impossible.hpp"
#include "run/account/calibration.hpp"
#include "run/account/implied_steps.hpp"
#include "run/account/interval.hpp"
#include "run/bound.hpp"
#include "run/choice_note.hpp"
#include "run/extend.hpp"
#include "run/layout.hpp"
#include "run/timeline.hpp"
#include "run/wall_clock.hpp"
#include "step/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <optional>

namespace podsim::run {
namespace {

constexpr double kBoundTolerance = 1e-9;

using Measurements = std::vector<step::StepMeasurement>;

Breakdown breakdown_of(const step::StepMeasurement& measured) {
  return {.compute_seconds = measured.compute_seconds,
          .exposed_communication_seconds = measured.exposed_communication_seconds,
          .pipeline_bubble_seconds = measured.bubble_seconds,
          .optimizer_seconds = measured.optimizer_seconds,
          .input_seconds = measured.input_seconds,
          .overhead_seconds = measured.overhead_seconds};
}

void add_scaled(Breakdown& sum, const Breakdown& part, double share) {
  sum.compute_seconds += share * part.compute_seconds;
  sum.exposed_communication_seconds += share * part.exposed_communication_seconds;
  sum.pipeline_bubble_seconds += share * part.pipeline_bubble_seconds;
  sum.optimizer_seconds += share * part.optimizer_seconds;
  sum.input_seconds += share * part.input_seconds;
  sum.overhead_seconds += share * part.overhead_seconds;
}

double mean_step_seconds(const catalog::Workload& workload, const Measurements& measured) {
  double seconds = 0;
  for (size_t i = 0; i < measured.size(); ++i)
    seconds += workload.training.phases[i].share_of_steps * measured[i].seconds;
  return seconds;
}

PhaseResult phase_result(const RunRequest& request, const Layout& layout, size_t phase,
                         const step::StepMeasurement& measured) {
  const auto& recipe = request.workload.training.phases[phase];
  return {.name = recipe.name,
          .share_of_steps = recipe.share_of_steps,
          .global_batch = layout.plan.batch_of(recipe).global,
          .sequence_length = recipe.sequence_length,
          .step_seconds = measured.seconds,
          .step_bound_seconds = step_bound_seconds(request, layout, phase),
          .model_flops_per_step = layout.flops[phase].model,
          .breakdown = breakdown_of(measured),
          .timeline = request.timeline ? timeline(layout.programs[phase], measured) : std::vector<TimelineEntry>{}};
}

/// What is known of a run before its steps are simulated.
RunResult described(const RunRequest& request, const Layout& layout) {
  RunResult result;
  result.setup.workload = request.workload.name;
  result.setup.platform = request.platform.name;
  result.setup.chip = request.platform.chip.name;
  result.setup.stack = request.stack.name;
  result.setup.chips = layout.slice.chips;
  result.plan.ranks = layout.plan.ranks;
  result.setup.slice = layout.slice.label;
  result.setup.what_if = layout.slice.what_if;
  result.plan.chosen = parallel::settled(layout.plan);
  result.plan.local_batch = static_cast<double>(layout.plan.batch.local);
  result.setup.parameters = layout.parameters;
  result.memory = layout.memory;
  result.plan.collective = layout.collectives.algorithms();
  result.notes = request.notes;
  result.notes.insert(result.notes.end(), layout.plan.notes.begin(), layout.plan.notes.end());
  result.calibration = request.calibration;
  if (request.calibration && !is_plausible(*request.calibration)) {
    result.notes.push_back(implausible_note(*request.calibration));
  }
  result.notes.insert(result.notes.end(), layout.length.notes.begin(), layout.length.notes.end());
  if (layout.slice.what_if) {
    result.notes.insert(result.notes.begin(), fmt::format("what-if: {} chips are more than a real {} has",
                                                          layout.slice.chips, request.platform.name));
  }
  return result;
}

/// A step that is faster than physics allows is a mistake of podsim, whatever its input.
void require_above_bound(const RunResult& result, const PhaseResult& phase) {
  if (phase.step_seconds >= phase.step_bound_seconds * (1 - kBoundTolerance)) return;
  throw step::SimulationError(fmt::format("{} on {}: a step of {} s in phase {} is below its physical bound of {} s",
                                          result.setup.workload, result.setup.platform, phase.step_seconds, phase.name,
                                          phase.step_bound_seconds));
}

/// By what is waited for, and by stage: of layouts in which several groups exchange.
void add_groups(StepResult& step, const step::StepMeasurement& measured, double share) {
  for (size_t i = 0; i < parallel::kTraffics; ++i) {
    if (measured.exposed_seconds[i] <= 0) continue;
    step.exposed_by_group_seconds[std::string(name_of(static_cast<parallel::Traffic>(i)))] +=
        share * measured.exposed_seconds[i];
  }
  if (measured.kinds.size() < 2) return;
  step.stages.resize(measured.kinds.size());
  for (size_t i = 0; i < measured.kinds.size(); ++i) {
    const step::PathSeconds& path = measured.kinds[i];
    step.stages[i].busy_seconds += share * (path.compute_seconds + path.optimizer_seconds + path.overhead_seconds);
    step.stages[i].exposed_communication_seconds += share * path.exposed_communication_seconds;
    step.stages[i].bubble_seconds += share * path.bubble_seconds;
  }
}

/// Of the evaluations, which follow the steps of the phases.
double forward_seconds(const RunRequest& request, const Layout& layout, const Measurements& measured) {
  if (layout.evaluations.empty()) return forward_work_seconds(request, layout);
  double seconds = 0;
  for (size_t i = 0; i < layout.evaluations.size(); ++i) {
    seconds += request.workload.training.phases[i].share_of_steps * measured[layout.programs.size() + i].seconds;
  }
  return seconds;
}

void add_phases(RunResult& result, const RunRequest& request, const Layout& layout, const Measurements& measured) {
  double seconds = 0;
  for (size_t i = 0; i < layout.programs.size(); ++i) {
    PhaseResult phase = phase_result(request, layout, i, measured[i]);
    require_above_bound(result, phase);
    const double share = phase.share_of_steps;
    seconds += share * phase.step_seconds;
    result.step.bound_seconds += share * phase.step_bound_seconds;
    result.step.model_flops += share * phase.model_flops_per_step;
    add_scaled(result.step.breakdown, phase.breakdown, share);
    add_groups(result.step, measured[i], share);
    result.simulation.flows += measured[i].flows;
    result.simulation.steps += measured[i].steps;
    result.step.phases.push_back(std::move(phase));
  }
  result.step.forward_seconds = forward_seconds(request, layout, measured);
  const Evidence evidence = request.calibration ? Evidence::anchor : Evidence::prior;
  result.step.seconds = interval(seconds, result.step.bound_seconds, result.step.breakdown, evidence);
  result.step.interval_source = name_of(evidence);
}

void compare_with_published(RunResult& result, const RunRequest& request) {
  if (request.steps) return;
  for (const auto& run : request.workload.published) {
    if (run.platform != result.setup.platform || run.chips != result.setup.chips ||
        run.global_batch != result.plan.global_batch())
      continue;
    const double seconds = result.wall.seconds.value - (run.with_start_up ? 0 : result.wall.parts.start_up_seconds);
    result.published = {.hours = run.hours, .ratio = seconds / 3600 / run.hours, .source = run.source};
    return;
  }
}

std::string mode_reason(const RunRequest& request, const Layout& layout) {
  if (!request.full && layout.plan.ranks == 1) return "there is only one rank";
  return layout.folding;
}

void add_choice_notes(RunResult& result, const RunRequest& request, const Layout& layout) {
  if (!request.reference) return;
  const auto& [platform, library] = *request.reference;
  const auto notes =
      choice_notes({platform, library}, {request.platform, request.stack.library}, collectives_of(layout));
  result.notes.insert(result.notes.end(), notes.begin(), notes.end());
}

/// What scaling is measured from.
struct Baseline {
  int chips = 0;
  size_t place = 0;  ///< among the measurements
};

/// One request between layout and result.
class Job {
 public:
  Job(const RunRequest& request, step::Simulation& simulation)
      : request_(request),
        layout_(lay_out(request)),
        case_(simulation.add(make_case(request.workload.name, layout_, request.timeline))) {
    if (!request.with_baseline) return;
    if (const auto baseline = lay_out_baseline(request, layout_)) {
      baseline_ = {.chips = baseline->slice.chips,
                   .place = simulation.add(make_case(request.workload.name + " baseline", *baseline, false))};
    }
  }

  RunResult result(const std::vector<Measurements>& measured) const {
    RunResult result = described(request_, layout_);
    add_phases(result, request_, layout_, measured[case_]);
    extend_to_run(result, request_, layout_);
    result.scaling.baseline_chips = baseline_ ? baseline_->chips : layout_.slice.chips;
    result.scaling.efficiency =
        baseline_ ? mean_step_seconds(request_.workload, measured[baseline_->place]) / result.step.seconds.value : 1.0;
    compare_with_published(result, request_);
    add_choice_notes(result, request_, layout_);
    if (auto note = implied_steps_note(result, request_.workload.training)) result.notes.push_back(*std::move(note));
    result.simulation.mode = layout_.full ? "full" : "folded";
    result.simulation.reason = mode_reason(request_, layout_);
    return result;
  }

 private:
  const RunRequest& request_;
  Layout layout_;
  size_t case_;
  std::optional<Baseline> baseline_;
};

}  // namespace

std::vector<Outcome> run_all(const std::vector<RunRequest>& requests) {
  const auto start = std::chrono::steady_clock::now();
  step::Simulation simulation;
  std::vector<std::variant<Job, ImpossibleRun>> jobs;
  jobs.reserve(requests.size());
  for (const RunRequest& request : requests) {
    try {
      jobs.emplace_back(std::in_place_type<Job>, request, simulation);
    } catch (const platform::Impossible& impossible) {
      jobs.emplace_back(ImpossibleRun{told_by_places(impossible.what(), request.plan_places)});
    }
  }
  const auto measured = simulation.run();
  std::vector<Outcome> outcomes;
  for (const auto& job : jobs) {
    if (const auto* impossible = std::get_if<ImpossibleRun>(&job)) {
      outcomes.emplace_back(*impossible);
    } else {
      outcomes.emplace_back(std::get<Job>(job).result(measured));
    }
  }
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  for (Outcome& outcome : outcomes) {
    auto* result = std::get_if<RunResult>(&outcome);
    if (result) result->simulation.wall_seconds = wall.count() / static_cast<double>(requests.size());
  }
  return outcomes;
}

}  // namespace podsim::run
