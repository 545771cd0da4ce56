#include "run/extend.hpp"

#include "catalog/spec/ledger.hpp"
#include "catalog/text/units.hpp"
#include "parallel/memory.hpp"
#include "platform/slice.hpp"
#include "run/account/checkpoint.hpp"
#include "run/account/energy.hpp"
#include "run/account/faults.hpp"
#include "run/account/model_constants.hpp"
#include "run/account/money.hpp"
#include "run/wall_clock.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::run {
namespace {

/// Stops that all plays of a run have together: a run that is stopped often is played fewer times.
constexpr double kStopsToPlay = 5'000;
constexpr double kMostDraws = 1000;
constexpr double kFewestDraws = 100;
/// Of a run that is stopped more than ten thousand times all plays are much the same.
constexpr double kMostStopsToPlay = 3'000'000;
constexpr double kFewestLongDraws = 10;

std::string law_name(catalog::ConvergenceLaw law) {
  switch (law) {
    case catalog::ConvergenceLaw::constant_examples: return "constant_examples";
    case catalog::ConvergenceLaw::critical_batch: return "critical_batch";
    case catalog::ConvergenceLaw::table: return "table";
  }
  return "";
}

void add_length(RunResult& result, const RunRequest& request, const Layout& layout) {
  const auto& convergence = request.workload.convergence;
  result.length.steps = layout.length.steps;
  result.length.target = {.law = law_name(convergence.law),
                          .assumed = convergence.assumed,
                          .in_range = law_holds(convergence, static_cast<double>(result.plan.global_batch())),
                          .quality = request.workload.training.quality};
}

void add_hours(RunResult& result, const RunRequest& request, const Layout& layout) {
  const double bytes = result.setup.parameters *
                       parallel::checkpoint_bytes_per_parameter(request.workload.training.optimizer, request.stack);
  result.wall.checkpoint =
      checkpoint_of(request.stack, request.platform, bytes, platform::nodes_of(request.platform, layout.slice));
  result.wall.parts =
      wall_parts(request, layout, {result.step.seconds.value, result.step.forward_seconds}, result.wall.checkpoint);
  // An evaluation is as uncertain as the step; the ends of all parts together are the ends of the whole.
  const WallParts& parts = result.wall.parts;
  const Interval& step = result.step.seconds;
  const double computed = static_cast<double>(result.length.steps) * step.value + parts.evaluation_seconds;
  const double fixed = parts.beside_steps_seconds() - parts.evaluation_seconds;
  result.wall.seconds = {.value = computed + fixed,
                         .low = computed * step.low / step.value + fixed / kFixedPartsFactor,
                         .high = computed * step.high / step.value + fixed * kFixedPartsFactor};
}

void add_rates(RunResult& result, const RunRequest& request, const Layout& layout) {
  const auto& chip = request.platform.chip;
  result.step.examples_per_second =
      parallel::examples_per_step(layout.plan, request.workload.training) / result.step.seconds.value;
  const double peak =
      chip.matrix.peak_flops_per_second.at(catalog::fastest_format(request.stack, chip)) * layout.slice.chips;
  result.step.mfu = result.step.model_flops / result.step.seconds.value / peak;
  double causal = 0;
  double hardware = 0;
  for (size_t i = 0; i < layout.flops.size(); ++i) {
    const double share = request.workload.training.phases[i].share_of_steps;
    causal += share * layout.flops[i].causal;
    hardware += share * layout.flops[i].hardware;
  }
  result.step.mfu_causal = causal / result.step.seconds.value / peak;
  result.step.hfu = hardware / result.step.seconds.value / peak;
  result.length.pfs_days = result.step.model_flops * static_cast<double>(result.length.steps) / catalog::kPfsDayFlops;
}

void add_energy(RunResult& result, const RunRequest& request, const Layout& layout) {
  const Breakdown& parts = result.step.breakdown;
  const double computing_share = (parts.compute_seconds + parts.optimizer_seconds) / parts.total_seconds();
  const double computing = result.wall.parts.steps_seconds * computing_share + result.wall.parts.evaluation_seconds;
  result.energy.joules =
      energy_joules(request.platform, layout.slice, computing, result.wall.seconds.value - computing);
  if (!request.platform.site) return;
  result.energy.site_joules = result.energy.joules * request.platform.site->pue;
  if (request.platform.site->grid_known) {
    result.energy.co2e_kg = *result.energy.site_joules * request.platform.site->kg_co2e_per_joule;
  }
}

/// The bill of a run that holds its chips for so long, at the mean draw of the run without faults.
Bill bill_of(const RunResult& result, const RunRequest& request, double seconds) {
  return {.chips = result.setup.chips,
          .seconds = seconds,
          .energy_joules = result.energy.joules * seconds / result.wall.seconds.value,
          .stored_bytes =
              request.workload.training.data_bytes + (result.wall.checkpoint ? result.wall.checkpoint->bytes : 0)};
}

SavedWork saved_work(const RunResult& result) {
  SavedWork saved;
  saved.work = result.wall.parts.steps_seconds + result.wall.parts.evaluation_seconds;
  saved.interval = saved.work;
  saved.start_up = result.wall.parts.start_up_seconds / static_cast<double>(result.step.phases.size());
  saved.later_start_ups = result.wall.parts.start_up_seconds - saved.start_up;
  if (result.wall.checkpoint) {
    saved.interval = std::min(saved.work, result.wall.checkpoint->interval_seconds);
    saved.stall = result.wall.checkpoint->stall_seconds;
    saved.lag = result.wall.checkpoint->asynchronous ? result.wall.checkpoint->write_seconds : 0;
  }
  return saved;
}

FaultModel failures_of(const RunRequest& request, double nodes) {
  FaultModel model;
  if (!request.platform.faults) return model;
  model.failures_per_second = nodes * request.platform.faults->failures_per_node_second;
  model.restart_seconds = request.platform.faults->restart_seconds;
  return model;
}

FaultModel with_preemptions(FaultModel model, const catalog::Preemption& preemption, double nodes) {
  model.preemptions_per_second = (preemption.per_slice ? 1 : nodes) / preemption.mean_seconds;
  model.life_seconds = preemption.max_seconds;
  model.wait_seconds = preemption.wait_seconds;
  return model;
}

/// Plays the run; a note where it would not end.
std::optional<FaultForecast> forecast(RunResult& result, const RunRequest& request, const FaultModel& model,
                                      bool preemptible) {
  const SavedWork work = saved_work(result);
  if (!can_end(work, model)) {
    result.notes.push_back(fmt::format(
        "warning: {} machines stop this run so often that it hardly ever comes from one checkpoint to the next{}",
        preemptible ? "preemptible" : "failing", result.wall.checkpoint ? "" : " (there are none)"));
    return std::nullopt;
  }
  const double stops = expected_stops(work, model);
  const double draws = std::min(std::clamp(kStopsToPlay / stops, kFewestDraws, kMostDraws),
                                std::max(kMostStopsToPlay / stops, kFewestLongDraws));
  FaultForecast played = play_faults(work, model, static_cast<int>(draws), request.seed);
  const Quantiles& billed = played.billed_seconds;
  for (const auto& [kind, usd] : result.cost_usd) {
    if (is_preemptible(request.platform.prices, kind) != preemptible) continue;
    const auto at = [&, &name = kind](double seconds) {
      return cost_usd(request.platform, bill_of(result, request, seconds)).at(name);
    };
    played.cost_usd[kind] = {.p10 = at(billed.p10), .p50 = at(billed.p50), .p90 = at(billed.p90)};
  }
  return played;
}

/// The best interval, and what it or checkpoints beside the training would leave of the time.
void add_ways_out(RunResult& result, const FaultModel& failures) {
  Checkpoint& checkpoint = *result.wall.checkpoint;
  SavedWork best = saved_work(result);
  checkpoint.goodput = expected_goodput(best, failures);
  best.interval = std::max(checkpoint.write_seconds,
                           best_interval_seconds(checkpoint.stall_seconds, 1 / failures.failures_per_second));
  checkpoint.best_interval_seconds = best.interval;
  checkpoint.best_goodput = expected_goodput(best, failures);
  if (checkpoint.asynchronous) return;
  SavedWork beside = best;
  beside.interval = checkpoint.write_seconds;
  beside.stall = 0;
  beside.lag = checkpoint.write_seconds;
  checkpoint.asynchronous_goodput = expected_goodput(beside, failures);
}

void add_faults(RunResult& result, const RunRequest& request, const Layout& layout) {
  const double nodes = platform::nodes_of(request.platform, layout.slice);
  const FaultModel failures = failures_of(request, nodes);
  if (failures.failures_per_second > 0) {
    if (result.wall.checkpoint) add_ways_out(result, failures);
    result.wall.with_failures = forecast(result, request, failures, false);
  }
  const auto& preemption = request.platform.preemption;
  const auto& hourly = request.platform.prices.hourly;
  const bool sold =
      std::any_of(hourly.begin(), hourly.end(), [](const auto& price) { return price.second.preemptible; });
  if (preemption && sold) {
    result.wall.with_preemptions = forecast(result, request, with_preemptions(failures, *preemption, nodes), true);
  }
}

}  // namespace

void extend_to_run(RunResult& result, const RunRequest& request, const Layout& layout) {
  add_length(result, request, layout);
  add_hours(result, request, layout);
  add_rates(result, request, layout);
  add_energy(result, request, layout);
  result.cost_usd = cost_usd(request.platform, bill_of(result, request, result.wall.seconds.value));
  if (request.faults) add_faults(result, request, layout);
}

}  // namespace podsim::run
