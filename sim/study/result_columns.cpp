#include "study/result_columns.hpp"

#include <limits>
#include <set>
#include <string>
#include <utility>

namespace podsim::study {
namespace {

using Outcomes = std::vector<PointOutcome>;
using results::Column;

/// Applies `of` to every result and puts `absent` where there is none.
template <typename Value, typename Function>
Column column(const Outcomes& outcomes, std::string name, std::string unit, Value absent, const Function& of) {
  std::vector<Value> values;
  for (const PointOutcome& outcome : outcomes) {
    const auto* result = std::get_if<run::RunResult>(&outcome);
    values.push_back(result != nullptr ? static_cast<Value>(of(*result)) : absent);
  }
  return {std::move(name), std::move(unit), std::move(values)};
}

template <typename Function>
Column number(const Outcomes& outcomes, std::string name, std::string unit, const Function& of) {
  return column(outcomes, std::move(name), std::move(unit), std::numeric_limits<double>::quiet_NaN(), of);
}

template <typename Function>
Column whole(const Outcomes& outcomes, std::string name, std::string unit, const Function& of) {
  return column(outcomes, std::move(name), std::move(unit), int64_t{0}, of);
}

template <typename Function>
Column text(const Outcomes& outcomes, std::string name, const Function& of) {
  return column(outcomes, std::move(name), "", std::string(), of);
}

std::vector<Column> status_columns(const Outcomes& outcomes) {
  std::vector<std::string> status;
  std::vector<std::string> reason;
  for (const PointOutcome& outcome : outcomes) {
    status.push_back(status_of(outcome));
    reason.push_back(reason_of(outcome));
  }
  return {{"status", "", std::move(status)}, {"reason", "", std::move(reason)}};
}

std::vector<Column> layout_columns(const Outcomes& outcomes) {
  using run::RunResult;
  return {
      text(outcomes, "workload", [](const RunResult& run) { return run.workload; }),
      text(outcomes, "platform", [](const RunResult& run) { return run.platform; }),
      text(outcomes, "stack", [](const RunResult& run) { return run.stack; }),
      whole(outcomes, "chips", "1", [](const RunResult& run) { return run.chips; }),
      whole(outcomes, "ranks", "1", [](const RunResult& run) { return run.ranks; }),
      text(outcomes, "slice", [](const RunResult& run) { return run.slice; }),
      whole(outcomes, "what_if", "1", [](const RunResult& run) { return run.what_if; }),
      whole(outcomes, "global_batch", "1", [](const RunResult& run) { return run.global_batch; }),
      whole(outcomes, "steps", "1", [](const RunResult& run) { return run.steps; }),
      text(outcomes, "simulation_mode", [](const RunResult& run) { return run.simulation.mode; }),
  };
}

std::vector<Column> time_columns(const Outcomes& outcomes) {
  using run::RunResult;
  return {
      number(outcomes, "step_seconds", "s", [](const RunResult& run) { return run.step_seconds.value; }),
      number(outcomes, "step_seconds_low", "s", [](const RunResult& run) { return run.step_seconds.low; }),
      number(outcomes, "step_seconds_high", "s", [](const RunResult& run) { return run.step_seconds.high; }),
      number(outcomes, "step_bound_seconds", "s", [](const RunResult& run) { return run.step_bound_seconds; }),
      number(outcomes, "compute_seconds", "s", [](const RunResult& run) { return run.breakdown.compute_seconds; }),
      number(outcomes, "exposed_communication_seconds", "s",
             [](const RunResult& run) { return run.breakdown.exposed_communication_seconds; }),
      number(outcomes, "pipeline_bubble_seconds", "s",
             [](const RunResult& run) { return run.breakdown.pipeline_bubble_seconds; }),
      number(outcomes, "optimizer_seconds", "s", [](const RunResult& run) { return run.breakdown.optimizer_seconds; }),
      number(outcomes, "input_seconds", "s", [](const RunResult& run) { return run.breakdown.input_seconds; }),
      number(outcomes, "overhead_seconds", "s", [](const RunResult& run) { return run.breakdown.overhead_seconds; }),
      number(outcomes, "wall_hours", "h", [](const RunResult& run) { return run.wall_seconds.value / 3600; }),
      number(outcomes, "wall_hours_low", "h", [](const RunResult& run) { return run.wall_seconds.low / 3600; }),
      number(outcomes, "wall_hours_high", "h", [](const RunResult& run) { return run.wall_seconds.high / 3600; }),
  };
}

std::vector<Column> figure_columns(const Outcomes& outcomes) {
  using run::RunResult;
  return {
      number(outcomes, "examples_per_second", "1/s", [](const RunResult& run) { return run.examples_per_second; }),
      number(outcomes, "model_flops_per_step", "FLOP", [](const RunResult& run) { return run.model_flops_per_step; }),
      number(outcomes, "mfu", "1", [](const RunResult& run) { return run.mfu; }),
      number(outcomes, "pfs_days", "pfs-day", [](const RunResult& run) { return run.pfs_days; }),
      number(outcomes, "memory_bytes_per_rank", "B", [](const RunResult& run) { return run.memory.total_bytes(); }),
      whole(outcomes, "fits", "1", [](const RunResult& run) { return run.memory.fits(); }),
      number(outcomes, "energy_kwh", "kWh", [](const RunResult& run) { return run.energy_joules / 3.6e6; }),
      number(outcomes, "scaling_efficiency", "1", [](const RunResult& run) { return run.scaling_efficiency; }),
      whole(outcomes, "scaling_baseline_chips", "1", [](const RunResult& run) { return run.scaling_baseline_chips; }),
  };
}

std::vector<Column> run_columns(const Outcomes& outcomes) {
  using run::RunResult;
  const double none = std::numeric_limits<double>::quiet_NaN();
  return {
      number(outcomes, "start_up_seconds", "s", [](const RunResult& run) { return run.wall_parts.start_up_seconds; }),
      number(outcomes, "evaluation_seconds", "s",
             [](const RunResult& run) { return run.wall_parts.evaluation_seconds; }),
      number(outcomes, "checkpoint_seconds", "s",
             [](const RunResult& run) { return run.wall_parts.checkpoint_seconds; }),
      number(outcomes, "goodput_with_failures", "1",
             [=](const RunResult& run) { return run.with_failures ? run.with_failures->goodput : none; }),
      number(outcomes, "goodput_with_preemptions", "1",
             [=](const RunResult& run) { return run.with_preemptions ? run.with_preemptions->goodput : none; }),
      number(outcomes, "co2e_kg", "kg", [=](const RunResult& run) { return run.co2e_kg.value_or(none); }),
  };
}

std::vector<Column> cost_columns(const Outcomes& outcomes) {
  std::set<std::string> kinds;
  for (const PointOutcome& outcome : outcomes) {
    if (const auto* run = std::get_if<run::RunResult>(&outcome)) {
      for (const auto& [kind, usd] : run->cost_usd) kinds.insert(kind);
    }
  }
  std::vector<Column> columns;
  for (const std::string& kind : kinds) {
    columns.push_back(number(outcomes, "cost_usd_" + kind, "USD", [&](const run::RunResult& run) {
      const auto cost = run.cost_usd.find(kind);
      return cost != run.cost_usd.end() ? cost->second : std::numeric_limits<double>::quiet_NaN();
    }));
  }
  return columns;
}

}  // namespace

std::vector<Column> result_columns(const Outcomes& outcomes) {
  std::vector<Column> columns = status_columns(outcomes);
  for (const auto& part : {layout_columns, time_columns, figure_columns, run_columns, cost_columns}) {
    for (Column& column : part(outcomes)) columns.push_back(std::move(column));
  }
  return columns;
}

}  // namespace podsim::study
