#include "results/table.hpp"

#include "catalog/text/units.hpp"
#include "results/layout_table.hpp"
#include "results/quantity.hpp"
#include "results/text.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace podsim::results {

namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kLabelColumns = 13;
constexpr std::size_t kNameColumns = 40;
constexpr std::size_t kBarColumns = 32;

std::string name_of(const std::string& name) {
  std::string text;
  for (const std::string& word : wrap(name, kNameColumns)) text += (text.empty() ? "" : " ") + word;
  return cut(text, kNameColumns);
}

std::string plain(std::string key) {
  std::replace(key.begin(), key.end(), '_', ' ');
  return name_of(key);
}

std::string row(std::string_view label, std::string_view text) {
  std::string rows;
  for (const std::string& line : wrap(text, kColumns - kLabelColumns)) {
    rows += pad_right(rows.empty() ? label : "", kLabelColumns) + line + "\n";
  }
  return rows;
}

/// By kind of price, on demand and preemptible first.
template <typename Value>
std::vector<std::pair<std::string, Value>> by_kind(const std::map<std::string, Value>& values) {
  std::vector<std::pair<std::string, Value>> sorted(values.begin(), values.end());
  const auto rank = [](const std::string& kind) { return kind == "on_demand" ? 0 : kind == "preemptible" ? 1 : 2; };
  std::stable_sort(sorted.begin(), sorted.end(),
                   [&](const auto& a, const auto& b) { return rank(a.first) < rank(b.first); });
  return sorted;
}

std::string price_list(const std::vector<std::pair<std::string, double>>& prices, std::size_t most) {
  std::string text;
  for (std::size_t i = 0; i < std::min(most, prices.size()); ++i) {
    text += fmt::format("{}{} {}", i == 0 ? "" : ", ", dollars(prices[i].second), plain(prices[i].first));
  }
  return text;
}

std::string answer(const run::RunResult& result) {
  const std::string money = price_list(by_kind(result.cost_usd), 2);
  const std::string misfit = result.memory.fits() ? ""
                                                  : fmt::format("DOES NOT FIT, {} per rank short; with enough memory ",
                                                                bytes(result.memory.shortfall_bytes()));
  return misfit + duration(result.wall.seconds) + (money.empty() ? "" : ", ") + money;
}

/// One line where it fits, else the answer on lines of its own.
std::string headline(const run::RunResult& result) {
  const std::string title = fmt::format("{} on {} of {} ({}){}:", name_of(result.setup.workload),
                                        count(result.setup.chips, "chip"), name_of(result.setup.platform),
                                        name_of(result.setup.slice), result.setup.what_if ? ", a what-if" : "");
  const std::string whole = title + " " + answer(result);
  if (width(whole) <= kColumns) return whole + "\n\n";
  std::string lines;
  for (const std::string& line : wrap(title, kColumns)) lines += line + "\n";
  for (const std::string& line : wrap(answer(result), kColumns - 2)) lines += "  " + line + "\n";
  return lines + "\n";
}

std::string step_row(const run::RunResult& result) {
  return row("step", fmt::format("{}, 80 % interval (source: {}); physical bound {}", duration(result.step.seconds),
                                 result.step.interval_source, duration(result.step.bound_seconds)));
}

std::string breakdown_rows(const run::RunResult& result) {
  const run::Breakdown& parts = result.step.breakdown;
  const std::array<std::pair<std::string_view, double>, 6> named{
      {{"compute", parts.compute_seconds},
       {"exposed communication", parts.exposed_communication_seconds},
       {"pipeline bubble", parts.pipeline_bubble_seconds},
       {"optimizer", parts.optimizer_seconds},
       {"input", parts.input_seconds},
       {"overhead", parts.overhead_seconds}}};
  std::string rows;
  for (const auto& [name, seconds] : named) {
    if (seconds <= 0) continue;
    const double share = std::min(1.0, seconds / parts.total_seconds());
    const std::string bar(static_cast<std::size_t>(std::lround(share * kBarColumns)), '#');
    rows += pad_right(rows.empty() ? "time" : "", kLabelColumns) + pad_right(name, 22) + pad_left(percent(share), 8) +
            pad_left(duration(seconds), 16) + "  " + bar + "\n";
  }
  return rows;
}

std::string group_row(const run::RunResult& result) {
  if (layout_text(result).empty()) return "";
  const std::string text = waiting_text(result);
  return text.empty() ? "" : row("waits for", text);
}

std::string stage_rows(const run::RunResult& result) {
  std::string rows;
  for (const std::string& line : stage_lines(result)) rows += pad_right(rows.empty() ? "stages" : "", 8) + line + "\n";
  return rows;
}

std::string phase_text(const run::RunResult& result, const run::PhaseResult& phase) {
  const std::string batch = phase.global_batch == result.plan.global_batch()
                                ? ""
                                : fmt::format(" ({})", count(phase.global_batch, "example"));
  return fmt::format("{}: {} of the steps, {} each{}, bound {}", name_of(phase.name), percent(phase.share_of_steps),
                     duration(phase.step_seconds), batch, duration(phase.step_bound_seconds));
}

std::string phase_rows(const run::RunResult& result) {
  if (result.step.phases.size() < 2) return "";
  std::string rows;
  for (const run::PhaseResult& phase : result.step.phases) {
    rows += row(rows.empty() ? "phases" : "", phase_text(result, phase));
  }
  return rows;
}

/// A batch is whole unless ranks share an example.
std::string examples(double batch) {
  return batch == std::floor(batch) && batch < 1e15 ? count(static_cast<int64_t>(batch)) : number(batch);
}

/// The examples of a step: from the smallest to the largest batch of the phases.
std::string batch_text(const run::RunResult& result) {
  int64_t largest = result.plan.global_batch();
  for (const run::PhaseResult& phase : result.step.phases) largest = std::max(largest, phase.global_batch);
  const std::string least = largest > result.plan.global_batch() ? count(result.plan.global_batch()) + " to " : "";
  return least + count(largest, "example");
}

std::string run_rows(const run::RunResult& result) {
  const std::string work = fmt::format("{} of {}, {} examples/s", count(result.length.steps, "step"),
                                       batch_text(result), number(result.step.examples_per_second));
  const std::string cut = layout_text(result);
  const std::string layout =
      fmt::format("{}, {}{}; {} example{} per {} and step, {} per pass", count(result.setup.chips, "chip"),
                  count(result.plan.ranks, "rank"), cut.empty() ? "" : ": " + cut, examples(result.plan.local_batch),
                  result.plan.local_batch == 1 ? "" : "s", cut.empty() ? "rank" : "replica",
                  examples(static_cast<double>(result.plan.chosen.micro_batch.value())));
  const std::string model = fmt::format("{} parameters, {} per step", metric(result.setup.parameters, ""),
                                        metric(result.step.model_flops, "FLOP"));
  return row("run", work) + row("layout", layout) + row("model", model);
}

/// With the framework's own share, where the stack knows it.
std::string verdict_of(const parallel::MemoryNeed& memory) {
  if (!memory.fits()) return fmt::format("does not fit, {} short", bytes(memory.shortfall_bytes()));
  if (memory.framework_high_bytes <= 0) return "fits";
  return fmt::format("{} with the framework's {} to {}", memory.fit() == parallel::Fit::tight ? "tight" : "fits",
                     bytes(memory.framework_low_bytes), bytes(memory.framework_high_bytes));
}

std::string memory_rows(const run::RunResult& result) {
  const parallel::MemoryNeed& memory = result.memory;
  std::string parts =
      fmt::format("weights {}, gradients {}, optimizer {}, activations {}", bytes(memory.weights_bytes),
                  bytes(memory.gradients_bytes), bytes(memory.optimizer_bytes), bytes(memory.activations_bytes));
  if (memory.gathered_bytes > 0) parts += fmt::format(", gathered layers {}", bytes(memory.gathered_bytes));
  if (memory.buffer_bytes > 0) parts += fmt::format(", buffers {}", bytes(memory.buffer_bytes));
  const std::string where = memory.stages.empty() ? "" : fmt::format(" of stage {}", memory.stage);
  std::string rows = row("memory", fmt::format("{} of {} per rank{}: {} ({})", bytes(memory.total_bytes()),
                                               bytes(memory.capacity_bytes), where, verdict_of(memory), parts));
  for (const std::string& remedy : memory.remedies) rows += row("  way out", remedy);
  return rows;
}

/// Where the hours go, if not all of them to steps.
std::string wall_rows(const run::RunResult& result) {
  const run::WallParts& parts = result.wall.parts;
  if (parts.beside_steps_seconds() <= 0) return "";
  std::string text = "steps " + duration(parts.steps_seconds);
  if (parts.start_up_seconds > 0) text += ", start-up " + duration(parts.start_up_seconds);
  if (parts.evaluation_seconds > 0) text += ", evaluation " + duration(parts.evaluation_seconds);
  if (result.wall.checkpoint) {
    const run::Checkpoint& checkpoint = *result.wall.checkpoint;
    text +=
        fmt::format(", {} {} ({} of {} every {}{})", count(checkpoint.count, "checkpoint"),
                    duration(parts.checkpoint_seconds), checkpoint.asynchronous ? "beside the training," : "each",
                    bytes(checkpoint.bytes), duration(checkpoint.interval_seconds),
                    checkpoint.best_interval_seconds ? ", best " + duration(*checkpoint.best_interval_seconds) : "");
  }
  return row("hours", text);
}

std::string stops_text(const run::FaultForecast& forecast) {
  const std::string failures = number(forecast.failures) + " failures";
  return forecast.preemptions > 0 ? number(forecast.preemptions) + " preemptions and " + failures : failures;
}

/// A run with its stops: the median and the range from p10 to p90.
std::string forecast_rows(std::string_view label, const std::optional<run::FaultForecast>& forecast) {
  if (!forecast) return "";
  const run::Quantiles& wall = forecast->wall_seconds;
  std::string text = fmt::format("{} a run: {}, goodput {}", stops_text(*forecast),
                                 duration(run::Interval{.value = wall.p50, .low = wall.p10, .high = wall.p90}),
                                 percent(forecast->goodput));
  for (const auto& [kind, usd] : by_kind(forecast->cost_usd)) {
    if (kind.starts_with("commitment")) continue;
    text += fmt::format(", {} {} ({} - {})", dollars(usd.p50), plain(kind), dollars(usd.p10), dollars(usd.p90));
  }
  return row(label, text);
}

/// What checkpoints at another interval, or beside the training, would leave of the time, where that is two points more.
std::string checkpoint_row(const run::RunResult& result) {
  constexpr double kTwoPoints = 0.02;
  if (!result.wall.checkpoint || !result.wall.checkpoint->best_goodput) return "";
  const run::Checkpoint& checkpoint = *result.wall.checkpoint;
  const double least = *checkpoint.goodput + kTwoPoints;
  std::string text;
  if (*checkpoint.best_goodput >= least) {
    text += fmt::format("checkpoints every {} (stack.checkpoint.every_min) leave a goodput of {}",
                        duration(*checkpoint.best_interval_seconds), percent(*checkpoint.best_goodput));
  }
  if (checkpoint.asynchronous_goodput && *checkpoint.asynchronous_goodput >= least) {
    text += fmt::format("{}, written beside the training (stack.checkpoint.snapshot_GBps) at most {}",
                        text.empty() ? "checkpoints" : "", percent(*checkpoint.asynchronous_goodput));
  }
  return text.empty() ? "" : row("  way out", text);
}

std::string energy_row(const run::RunResult& result) {
  std::string text = fmt::format("{} kWh", number(result.energy.joules / 3.6e6));
  if (result.energy.site_joules) {
    text += fmt::format(", {} kWh with cooling and conversion", number(*result.energy.site_joules / 3.6e6));
  }
  if (result.energy.co2e_kg) text += fmt::format(", {} kg CO2e", number(*result.energy.co2e_kg));
  return row("energy", text);
}

std::string scaling_rows(const run::RunResult& result) {
  const std::string efficiency = fmt::format(
      "MFU {}; scaling {} over {}; {} pfs-days", percent(result.step.mfu), percent(result.scaling.efficiency),
      count(result.scaling.baseline_chips, "chip"), number(result.length.pfs_days));
  return row("efficiency", efficiency) + energy_row(result);
}

std::string simulation_rows(const run::RunResult& result) {
  const run::Simulation& simulation = result.simulation;
  const std::string how =
      fmt::format("{} ({}): {}, {}, {}", simulation.mode, simulation.reason, count(simulation.flows, "flow"),
                  count(simulation.steps, "step"), duration(simulation.wall_seconds));
  return row("stack", fmt::format("{}; all-reduce: {}", name_of(result.setup.stack), result.plan.collective)) +
         row("simulation", how);
}

std::string calibration_row(const run::RunResult& result) {
  if (!result.calibration) return "";
  const run::Calibration& calibration = *result.calibration;
  return row("calibrated",
             fmt::format("on {}, batch {}: measured {} a step, predicted {}: device scale {:.2f} implied, "
                         "{:.2f} used (shrunk towards 1: one measurement has noise)",
                         count(calibration.chips, "chip"), count(calibration.global_batch),
                         duration(calibration.measured_step_seconds), duration(calibration.predicted_step_seconds),
                         calibration.implied_scale, calibration.used_scale));
}

std::string closing_rows(const run::RunResult& result) {
  std::string rows;
  if (result.published) {
    rows += row(
        "published",
        fmt::format("{}, predicted {}, ratio {} ({})", duration(result.published->hours * catalog::kHour),
                    duration(result.wall.seconds.value), number(result.published->ratio), result.published->source));
  }
  for (const std::string& note : result.notes) rows += row("note", note);
  return rows;
}

}  // namespace

std::string to_table(const run::RunResult& result) {
  const std::string money = row("cost", price_list(by_kind(result.cost_usd), result.cost_usd.size())) +
                            forecast_rows("failures", result.wall.with_failures) + checkpoint_row(result) +
                            forecast_rows("preemptible", result.wall.with_preemptions);
  return headline(result) + step_row(result) + calibration_row(result) + breakdown_rows(result) + group_row(result) +
         phase_rows(result) + run_rows(result) + stage_rows(result) + wall_rows(result) + memory_rows(result) + money +
         scaling_rows(result) + simulation_rows(result) + closing_rows(result);
}

}  // namespace podsim::results
