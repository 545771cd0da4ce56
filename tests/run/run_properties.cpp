#include "run/run_properties.hpp"

#include "catalog/spec/link_classes.hpp"
#include "run/elasticity.hpp"
#include "run/floor.hpp"
#include "run/layout_properties.hpp"
#include "run/money_properties.hpp"
#include "support/findings.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace podsim::tests {
namespace {

using run::RunRequest;
using run::RunResult;

constexpr double kFaster = 1.3;

/// The run with everything beside the steps left out.
RunRequest only_steps(RunRequest request) {
  request.platform.faults.reset();
  request.platform.preemption.reset();
  return request;
}

RunRequest faster(RunRequest request, const run::Resource& resource) {
  if (resource.improve != nullptr) {
    resource.improve(request, kFaster);
    return request;
  }
  const auto links = catalog::link_classes(request.platform);
  for (double* rate : links[resource.link].bytes_per_second) *rate *= kFaster;
  return request;
}

std::vector<std::pair<std::string, double>> parts_of(const run::Breakdown& parts) {
  return {{"compute", parts.compute_seconds},
          {"communication", parts.exposed_communication_seconds},
          {"bubble", parts.pipeline_bubble_seconds},
          {"optimizer", parts.optimizer_seconds},
          {"input", parts.input_seconds},
          {"overhead", parts.overhead_seconds}};
}

void check_full(Findings& findings, const RunResult& folded, const RunResult& full) {
  const double step = folded.step.seconds.value;
  findings.require(full.simulation.mode == "full" && folded.simulation.mode == "folded", "the modes are mixed up");
  findings.same("full step", full.step.seconds.value, step, 1e-6);
  findings.same("full bound", full.step.bound_seconds, folded.step.bound_seconds, 1e-6);
  for (size_t phase = 0; phase < folded.step.phases.size(); ++phase) {
    const auto& one = folded.step.phases[phase];
    const auto& all = full.step.phases[phase];
    findings.same("full step of " + one.name, all.step_seconds, one.step_seconds, 1e-6);
    const auto parts = parts_of(one.breakdown);
    const auto full_parts = parts_of(all.breakdown);
    for (size_t i = 0; i < parts.size(); ++i) {
      const auto& [part, seconds] = parts[i];
      findings.same("full " + part + " of " + one.name, full_parts[i].second, seconds, 1e-6, 1e-9 * step);
    }
  }
}

void check_bounds(Findings& findings, const RunResult& result) {
  const run::Interval& step = result.step.seconds;
  findings.at_most("bound over step", result.step.bound_seconds, step.value);
  findings.at_most("bound over the low end", result.step.bound_seconds, step.low, 0);
  findings.require(step.low <= step.value && step.value <= step.high, "the step is outside its interval");
  const run::Interval& wall = result.wall.seconds;
  findings.require(wall.low <= wall.value && wall.value <= wall.high, "the hours are outside their interval");
  findings.require(result.step.mfu > 0 && result.step.mfu < 1, fmt::format("mfu {}", result.step.mfu));
  for (const auto& phase : result.step.phases) {
    findings.at_most("bound of " + phase.name, phase.step_bound_seconds, phase.step_seconds);
  }
}

void check_sums(Findings& findings, const RunResult& result) {
  double shares = 0;
  double step = 0;
  double flops = 0;
  double bound = 0;
  std::vector<double> parts(parts_of(result.step.breakdown).size());
  for (const auto& phase : result.step.phases) {
    shares += phase.share_of_steps;
    step += phase.share_of_steps * phase.step_seconds;
    flops += phase.share_of_steps * phase.model_flops_per_step;
    bound += phase.share_of_steps * phase.step_bound_seconds;
    findings.same("parts of " + phase.name, phase.breakdown.total_seconds(), phase.step_seconds);
    double lane = 0;
    for (const auto& entry : phase.timeline) {
      if (entry.lane != "network") lane += entry.end_seconds - entry.start_seconds;
    }
    findings.same("timeline of " + phase.name, lane, phase.step_seconds);
    for (size_t i = 0; i < parts.size(); ++i) parts[i] += phase.share_of_steps * parts_of(phase.breakdown)[i].second;
  }
  findings.same("shares of the phases", shares, 1);
  findings.same("mean step", result.step.seconds.value, step);
  findings.same("mean FLOPs", result.step.model_flops, flops);
  findings.same("mean bound", result.step.bound_seconds, bound);
  findings.same("parts of the step", result.step.breakdown.total_seconds(), result.step.seconds.value);
  for (size_t i = 0; i < parts.size(); ++i) {
    findings.same(parts_of(result.step.breakdown)[i].first, parts_of(result.step.breakdown)[i].second, parts[i], 1e-9,
                  1e-12 * step);
  }
  findings.same("hours of the steps", result.wall.parts.steps_seconds, static_cast<double>(result.length.steps) * step);
  findings.same("parts of the hours", result.wall.parts.total_seconds(), result.wall.seconds.value);
}

void check_floor(Findings& findings, const RunRequest& request, const run::Layout& layout, const RunResult& result) {
  const run::RunFloor floor = run::run_floor(request, layout);
  findings.at_most("floor of the hours", floor.wall_seconds, result.wall.seconds.value, 0);
  for (const auto& [kind, usd] : floor.cost_usd) {
    findings.at_most("floor of the price " + kind, usd, result.cost_usd.at(kind), 0);
  }
}

std::vector<std::string> algorithms_of(const RunRequest& request) {
  std::vector<std::string> names;
  const run::Layout layout = run::lay_out(request);
  for (const auto& [demand, schedule] : layout.collectives.schedules) {
    names.push_back(schedule.algorithm_name() + "/" + schedule.protocol_name());
  }
  return names;
}

/// A host that holds the device up stretches all operations of a pass alike: a faster chip is held up more, so that a
/// layer that it does not make faster gets slower, and its gradients leave later. The step by less than one in a hundred.
double stretched_by(const RunRequest& request) {
  return request.stack.host.launch_seconds > 0 && request.stack.gradients.overlap ? 1e-2 : 1e-9;
}

void check_faster(Findings& findings, const std::string& name, const RunRequest& before, const RunRequest& after,
                  double seconds, double faster_seconds) {
  const bool chip = run::part_of(name) == "chip";
  if (faster_seconds <= seconds * (1 + (chip ? stretched_by(before) : 1e-9))) return;
  const bool chosen = algorithms_of(before) != algorithms_of(after);
  findings.add(fmt::format("{}more {} takes {} s and not at most {}", chosen ? kOtherAlgorithm : "", name,
                           faster_seconds, seconds));
}

/// The optimiser's states of all ranks that share them are one copy.
void check_sharing(Findings& findings, const RunResult& one, const RunResult& other) {
  if (one.plan.ranks == 1) return;
  const auto& shared = (one.plan.chosen.zero == 1 ? one : other).memory;
  const auto& whole = (one.plan.chosen.zero == 1 ? other : one).memory;
  findings.require(one.plan.chosen.zero != other.plan.chosen.zero, "both share the optimizer or neither");
  findings.same("shared states of all ranks", shared.optimizer_bytes * one.plan.ranks, whole.optimizer_bytes);
  findings.same("weights", shared.weights_bytes, whole.weights_bytes, 0);
  findings.same("gradients", shared.gradients_bytes, whole.gradients_bytes, 0);
  findings.same("activations", shared.activations_bytes, whole.activations_bytes, 0);
}

RunRequest with_zero(RunRequest request, int zero) {
  request.plan.zero = zero;
  return request;
}

RunRequest with_steps(RunRequest request, int64_t steps) {
  request.steps = steps;
  return request;
}

}  // namespace

std::string findings_of(const DrawnRun& drawn) {
  RunRequest asked = drawn.request;
  asked.timeline = true;
  const run::Layout layout = run::lay_out(asked);
  const RunRequest steps = only_steps(drawn.request);
  const int64_t twice = 2 * layout.length.steps;
  std::vector<RunRequest> requests{asked, with_steps(steps, twice),
                                   with_zero(steps, layout.plan.update_shards > 1 ? 0 : 1)};
  const auto resources = run::resources(asked);
  for (const run::Resource& resource : resources) requests.push_back(faster(steps, resource));
  if (layout.plan.ranks <= kMostComparedRanks) {
    requests.push_back(steps);
    requests.back().full = true;
  }
  std::vector<RunResult> results;
  for (auto& outcome : run::run_all(requests)) results.push_back(std::get<RunResult>(std::move(outcome)));

  Findings findings;
  const RunResult& result = results[0];
  check_bounds(findings, result);
  check_sums(findings, result);
  check_floor(findings, asked, layout, result);
  check_layout(findings, asked, layout, result);
  check_money(findings, asked, result, results[1]);
  check_sharing(findings, result, results[2]);
  for (size_t i = 0; i < resources.size(); ++i) {
    check_faster(findings, resources[i].name, steps, requests[3 + i], result.step.seconds.value,
                 results[3 + i].step.seconds.value);
  }
  if (requests.back().full) check_full(findings, result, results.back());
  return findings.text();
}

}  // namespace podsim::tests
