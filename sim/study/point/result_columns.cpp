#include "study/point/result_columns.hpp"

#include "catalog/text/units.hpp"
#include "parallel/plan/plan_keys.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <set>
#include <string>
#include <utility>

namespace podsim::study {
namespace {

using Outcomes = std::vector<PointOutcome>;
using results::Column;
using run::RunResult;

using NumberGetter = std::function<double(const RunResult&)>;
using CountGetter = std::function<int64_t(const RunResult&)>;
using TextGetter = std::function<std::string(const RunResult&)>;

/// One figure of a result: a number, a count or a text. A new figure is one line of figures().
struct Figure {
  const char* name;
  const char* unit;
  std::variant<NumberGetter, CountGetter, TextGetter> get;
};

Figure number_figure(const char* name, const char* unit, NumberGetter get) { return {name, unit, std::move(get)}; }
Figure count_figure(const char* name, CountGetter get) { return {name, "1", std::move(get)}; }
Figure text_figure(const char* name, TextGetter get) { return {name, "", std::move(get)}; }

std::vector<Figure> figures_of_setup() {
  return {
      text_figure("workload", [](const RunResult& run) { return run.setup.workload; }),
      text_figure("platform", [](const RunResult& run) { return run.setup.platform; }),
      text_figure("stack", [](const RunResult& run) { return run.setup.stack; }),
      count_figure("chips", [](const RunResult& run) { return run.setup.chips; }),
      count_figure("ranks", [](const RunResult& run) { return run.plan.ranks; }),
      text_figure("slice", [](const RunResult& run) { return run.setup.slice; }),
      count_figure("what_if", [](const RunResult& run) { return run.setup.what_if; }),
  };
}

/// Whole numbers as counts, names as texts.
std::vector<Figure> figures_of_plan() {
  std::vector<Figure> figures;
  for (const parallel::PlanKey& key : parallel::plan_keys()) {
    if (key.print != parallel::PlanPrint::everywhere) continue;
    const auto value = [&key](const RunResult& run) { return parallel::value_of(key, run.plan.chosen).value(); };
    if (std::holds_alternative<parallel::WholeRange>(key.legal)) {
      figures.push_back(
          count_figure(key.result.c_str(), [=](const auto& run) { return std::get<int64_t>(value(run)); }));
    } else {
      figures.push_back(
          text_figure(key.result.c_str(), [=](const auto& run) { return parallel::text_of(value(run)); }));
    }
  }
  return figures;
}

bool lies_in_parts(const PointOutcome& outcome) {
  const auto* run = std::get_if<RunResult>(&outcome);
  return run != nullptr && run->plan.chosen.tensor.has_value();
}

/// The layout key of a run; 0 or an empty text where it has no meaning, or where each rank has the whole model.
Figure layout_figure(const parallel::PlanKey& key) {
  const auto value = [&key](const RunResult& run) { return parallel::value_of(key, run.plan.chosen); };
  if (std::holds_alternative<parallel::WholeRange>(key.legal) || std::holds_alternative<parallel::Switch>(key.legal)) {
    return count_figure(key.result.c_str(), [=](const RunResult& run) {
      const auto known = value(run);
      if (!known) return int64_t{0};
      const bool* on = std::get_if<bool>(&*known);
      return on != nullptr ? int64_t{*on} : std::get<int64_t>(*known);
    });
  }
  return text_figure(key.result.c_str(), [=](const RunResult& run) {
    const auto known = value(run);
    return known ? parallel::text_of(*known) : std::string();
  });
}

/// Of tables in which any run is cut over its ranks.
std::vector<Figure> figures_of_layout(const Outcomes& outcomes) {
  if (std::none_of(outcomes.begin(), outcomes.end(), lies_in_parts)) return {};
  std::vector<Figure> figures;
  for (const parallel::PlanKey& key : parallel::plan_keys()) {
    if (key.print == parallel::PlanPrint::layout) figures.push_back(layout_figure(key));
  }
  figures.push_back(count_figure("dp", [](const RunResult& run) {
    const parallel::PlanChoice& plan = run.plan.chosen;
    return run.plan.ranks / (plan.tensor.value_or(1) * plan.context.value_or(1) * plan.pipeline.value_or(1));
  }));
  figures.push_back(count_figure("zero", [](const RunResult& run) { return run.plan.chosen.zero.value_or(0); }));
  figures.push_back(
      count_figure("micro_batch", [](const RunResult& run) { return run.plan.chosen.micro_batch.value_or(0); }));
  figures.push_back(count_figure("passes", [](const RunResult& run) {
    return static_cast<int64_t>(run.plan.local_batch) / run.plan.chosen.micro_batch.value_or(1);
  }));
  return figures;
}

std::vector<Figure> figures_of_length() {
  return {
      count_figure("steps", [](const RunResult& run) { return run.length.steps; }),
      text_figure("simulation_mode", [](const RunResult& run) { return run.simulation.mode; }),
  };
}

std::vector<Figure> figures_of_time() {
  return {
      number_figure("step_seconds", "s", [](const RunResult& run) { return run.step.seconds.value; }),
      number_figure("step_seconds_low", "s", [](const RunResult& run) { return run.step.seconds.low; }),
      number_figure("step_seconds_high", "s", [](const RunResult& run) { return run.step.seconds.high; }),
      number_figure("step_bound_seconds", "s", [](const RunResult& run) { return run.step.bound_seconds; }),
      number_figure("compute_seconds", "s", [](const RunResult& run) { return run.step.breakdown.compute_seconds; }),
      number_figure("exposed_communication_seconds", "s",
                    [](const RunResult& run) { return run.step.breakdown.exposed_communication_seconds; }),
      number_figure("pipeline_bubble_seconds", "s",
                    [](const RunResult& run) { return run.step.breakdown.pipeline_bubble_seconds; }),
      number_figure("optimizer_seconds", "s",
                    [](const RunResult& run) { return run.step.breakdown.optimizer_seconds; }),
      number_figure("input_seconds", "s", [](const RunResult& run) { return run.step.breakdown.input_seconds; }),
      number_figure("overhead_seconds", "s", [](const RunResult& run) { return run.step.breakdown.overhead_seconds; }),
      number_figure("wall_hours", "h", [](const RunResult& run) { return run.wall.seconds.value / catalog::kHour; }),
      number_figure("wall_hours_low", "h", [](const RunResult& run) { return run.wall.seconds.low / catalog::kHour; }),
      number_figure("wall_hours_high", "h",
                    [](const RunResult& run) { return run.wall.seconds.high / catalog::kHour; }),
  };
}

std::vector<Figure> figures_of_use() {
  return {
      number_figure("examples_per_second", "1/s", [](const RunResult& run) { return run.step.examples_per_second; }),
      number_figure("model_flops_per_step", "FLOP", [](const RunResult& run) { return run.step.model_flops; }),
      number_figure("mfu", "1", [](const RunResult& run) { return run.step.mfu; }),
      number_figure("pfs_days", "pfs-day", [](const RunResult& run) { return run.length.pfs_days; }),
      number_figure("memory_bytes_per_rank", "B", [](const RunResult& run) { return run.memory.total_bytes(); }),
      count_figure("fits", [](const RunResult& run) { return run.memory.fits(); }),
      number_figure("energy_kwh", "kWh", [](const RunResult& run) { return run.energy.joules / 3.6e6; }),
      number_figure("scaling_efficiency", "1", [](const RunResult& run) { return run.scaling.efficiency; }),
      count_figure("scaling_baseline_chips", [](const RunResult& run) { return run.scaling.baseline_chips; }),
  };
}

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

std::vector<Figure> figures_of_the_run() {
  return {
      number_figure("start_up_seconds", "s", [](const RunResult& run) { return run.wall.parts.start_up_seconds; }),
      number_figure("evaluation_seconds", "s", [](const RunResult& run) { return run.wall.parts.evaluation_seconds; }),
      number_figure("checkpoint_seconds", "s", [](const RunResult& run) { return run.wall.parts.checkpoint_seconds; }),
      number_figure(
          "goodput_with_failures", "1",
          [](const RunResult& run) { return run.wall.with_failures ? run.wall.with_failures->goodput : kUnknown; }),
      number_figure("goodput_with_preemptions", "1",
                    [](const RunResult& run) {
                      return run.wall.with_preemptions ? run.wall.with_preemptions->goodput : kUnknown;
                    }),
      number_figure("co2e_kg", "kg", [](const RunResult& run) { return run.energy.co2e_kg.value_or(kUnknown); }),
  };
}

template <typename Value, typename Getter>
std::vector<Value> values_of(const Outcomes& outcomes, const Getter& get, Value absent) {
  std::vector<Value> values;
  values.reserve(outcomes.size());
  for (const PointOutcome& outcome : outcomes) {
    const auto* run = std::get_if<RunResult>(&outcome);
    values.push_back(run != nullptr ? get(*run) : absent);
  }
  return values;
}

Column column_of(const Outcomes& outcomes, const Figure& figure) {
  Column column{figure.name, figure.unit, {}};
  if (const auto* get = std::get_if<NumberGetter>(&figure.get)) {
    column.values = values_of(outcomes, *get, std::numeric_limits<double>::quiet_NaN());
  } else if (const auto* get_count = std::get_if<CountGetter>(&figure.get)) {
    column.values = values_of(outcomes, *get_count, int64_t{0});
  } else {
    column.values = values_of(outcomes, std::get<TextGetter>(figure.get), std::string());
  }
  return column;
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

std::vector<Column> cost_columns(const Outcomes& outcomes) {
  std::set<std::string> kinds;
  for (const PointOutcome& outcome : outcomes) {
    if (const auto* run = std::get_if<RunResult>(&outcome)) {
      for (const auto& [kind, usd] : run->cost_usd) kinds.insert(kind);
    }
  }
  std::vector<Column> columns;
  for (const std::string& kind : kinds) {
    const auto usd = [&](const RunResult& run) {
      const auto cost = run.cost_usd.find(kind);
      return cost != run.cost_usd.end() ? cost->second : std::numeric_limits<double>::quiet_NaN();
    };
    columns.push_back({"cost_usd_" + kind, "USD", values_of(outcomes, usd, std::numeric_limits<double>::quiet_NaN())});
  }
  return columns;
}

}  // namespace

std::vector<Column> result_columns(const Outcomes& outcomes) {
  std::vector<Column> columns = status_columns(outcomes);
  for (const auto& part : {figures_of_setup(), figures_of_plan(), figures_of_layout(outcomes), figures_of_length(),
                           figures_of_time(), figures_of_use(), figures_of_the_run()}) {
    for (const Figure& figure : part) columns.push_back(column_of(outcomes, figure));
  }
  for (Column& column : cost_columns(outcomes)) columns.push_back(std::move(column));
  return columns;
}

}  // namespace podsim::study
