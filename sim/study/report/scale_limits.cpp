#include "study/report/scale_limits.hpp"

#include "catalog/text/units.hpp"
#include "parallel/plan/plan_keys.hpp"
#include "results/quantity.hpp"
#include "results/text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <set>
#include <utility>

namespace podsim::study {
namespace {

using LimitsJson = nlohmann::ordered_json;

constexpr double kChartColumns = 56;
constexpr std::size_t kChartLabel = 9;

const run::RunResult* run_of(const ScalePoint& point) { return std::get_if<run::RunResult>(&point.outcome); }

const run::RunResult* run_of(const Scaling& scaling, const std::optional<int64_t>& chips) {
  for (const ScalePoint& point : scaling.points) {
    if (chips && point.chips == *chips) return run_of(point);
  }
  return nullptr;
}

/// The points of the curve: those that fit.
std::vector<const ScalePoint*> curve_of(const Scaling& scaling) {
  std::vector<const ScalePoint*> curve;
  for (const ScalePoint& point : scaling.points) {
    if (point.efficiency) curve.push_back(&point);
  }
  return curve;
}

/// Columns of a bar for so many times the first size, on a logarithmic axis; 1 is one column.
std::size_t bar_columns(double times, double most_times) {
  const double share = times <= 1 ? 0 : std::log2(times) / std::log2(most_times);
  return 1 + static_cast<std::size_t>(std::lround(share * (kChartColumns - 1)));
}

std::string optimum_words(const run::RunResult& run) {
  const auto cost = run.cost_usd.find("on_demand");
  return fmt::format("{} chips ({} h{})", results::count(run.setup.chips),
                     results::number(run.wall.seconds.value / catalog::kHour),
                     cost == run.cost_usd.end() ? "" : ", " + results::dollars(cost->second));
}

using ElasticityList = std::vector<run::Elasticity> run::Explanation::*;

std::vector<double> values_of(const Scaling& scaling, ElasticityList list, const std::string& name) {
  std::vector<double> values(scaling.points.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t i = 0; i < values.size(); ++i) {
    const run::RunResult* run = run_of(scaling.points[i]);
    if (run == nullptr) continue;
    for (const run::Elasticity& elasticity : run->explanation.*list) {
      if (elasticity.resource == name) values[i] = elasticity.value;
    }
  }
  return values;
}

void add_columns(std::vector<results::Column>& columns, const Scaling& scaling, const std::string& prefix,
                 ElasticityList list) {
  std::set<std::string> names;
  for (const ScalePoint& point : scaling.points) {
    if (run_of(point) == nullptr) continue;
    for (const run::Elasticity& elasticity : run_of(point)->explanation.*list) names.insert(elasticity.resource);
  }
  for (const std::string& name : names) columns.push_back({prefix + name, "1", values_of(scaling, list, name)});
}

LimitsJson optimum_json(const run::RunResult* run) {
  if (run == nullptr) return nullptr;
  return {{"chips", run->setup.chips},
          {"wall_hours", run->wall.seconds.value / catalog::kHour},
          {"cost_usd", run->cost_usd}};
}

}  // namespace

std::string short_resource(const std::string& resource) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kShort{{{"matrix_rate", "matrix"},
                                                                                 {"memory_rate", "HBM"},
                                                                                 {"operation_floor", "kernels"},
                                                                                 {"collective_latency", "latency"},
                                                                                 {"chip_links", "links"},
                                                                                 {"core_links", "cores"}}};
  for (const auto& [name, text] : kShort) {
    if (name == resource) return std::string(text);
  }
  return resource;
}

std::string speedup_chart(const Scaling& scaling) {
  const auto curve = curve_of(scaling);
  if (curve.size() < 2) return "";
  const auto first_chips = static_cast<double>(curve.front()->chips);
  const double first_seconds = run_of(*curve.front())->wall.seconds.value;
  const double most = static_cast<double>(curve.back()->chips) / first_chips;
  std::string text = fmt::format("\nspeed-up over {} (|: as many times as there are chips)\n",
                                 results::count(curve.front()->chips, "chip"));
  for (const ScalePoint* point : curve) {
    const double speedup = first_seconds / run_of(*point)->wall.seconds.value;
    std::string bar(std::min(bar_columns(speedup, most), static_cast<std::size_t>(kChartColumns) + 12), '#');
    bar = results::pad_right(bar, static_cast<std::size_t>(kChartColumns) + 1);
    char& mark = bar[bar_columns(static_cast<double>(point->chips) / first_chips, most)];
    if (mark == ' ') mark = '|';
    text +=
        results::pad_left(results::count(point->chips), kChartLabel) + "  " + bar + fmt::format(" {:.2f}\n", speedup);
  }
  return text;
}

std::string limits_text(const Scaling& scaling) {
  std::string text;
  const run::RunResult* cheapest = run_of(scaling, scaling.limits.cheapest_chips);
  const run::RunResult* fastest = run_of(scaling, scaling.limits.fastest_chips);
  if (cheapest != nullptr) text += "The cheapest size is " + optimum_words(*cheapest) + ". ";
  if (fastest != nullptr) text += "The fastest is " + optimum_words(*fastest) + ". ";
  if (scaling.limits.largest_useful_batch) {
    text += fmt::format(
        "The largest useful batch is {}: twice as many examples a step are not known to bring {} times fewer steps.",
        results::count(*scaling.limits.largest_useful_batch), scaling.knee.least_gain);
  }
  std::string lines;
  for (const std::string& line : results::wrap(text, 100)) lines += line + "\n";
  return text.empty() ? "" : lines;
}

std::string dividing_batch_text(const Scaling& scaling) {
  if (scaling.mode == ScaleMode::weak) return "";
  const auto first = std::find_if(scaling.points.begin(), scaling.points.end(), [](const ScalePoint& point) {
    return std::holds_alternative<run::RunResult>(point.outcome);
  });
  const auto& run = std::get<run::RunResult>(first->outcome);
  const int64_t batch = run.plan.global_batch();
  const parallel::PlanChoice& plan = run.plan.chosen;
  const int64_t replica = plan.tensor.value_or(1) * plan.context.value_or(1) * plan.pipeline.value_or(1);
  int64_t multiple = 1;
  int64_t largest = 0;
  bool all_divide = true;
  for (const ScalePoint& point : scaling.points) {
    const int64_t ranks = point.chips * run.plan.ranks / run.setup.chips;
    const int64_t takers = ranks / replica;  // of the batch
    if (takers == 0 || ranks % replica != 0 || takers > batch) continue;
    all_divide = all_divide && batch % takers == 0;
    multiple = std::lcm(multiple, takers);
    largest = point.chips;
    if (multiple > parallel::kMaxBatch) return "";
  }
  if (all_divide) return "";
  const int64_t below = batch / multiple * multiple;
  const std::string nearest =
      below > 0 ? fmt::format("{} or {}", below, below + multiple) : std::to_string(below + multiple);
  return results::paragraph(fmt::format("way out: --batch {} divides over the {} of every size up to {}", nearest,
                                        replica > 1 ? "replicas" : "ranks", results::count(largest, "chip")),
                            100);
}

LimitsJson limits_json(const Scaling& scaling) {
  const auto& batch = scaling.limits.largest_useful_batch;
  return {{"cost_optimum", optimum_json(run_of(scaling, scaling.limits.cheapest_chips))},
          {"time_optimum", optimum_json(run_of(scaling, scaling.limits.fastest_chips))},
          {"largest_useful_batch", batch ? LimitsJson(*batch) : LimitsJson(nullptr)}};
}

results::Column limits_column(const Scaling& scaling) {
  std::vector<std::string> names;
  const auto add = [&](std::string& text, const std::optional<int64_t>& chips, const ScalePoint& point,
                       std::string_view name) {
    if (chips == point.chips) text.append(text.empty() ? "" : ",").append(name);
  };
  for (const ScalePoint& point : scaling.points) {
    std::string& text = names.emplace_back();
    add(text, scaling.knee.chips, point, "knee");
    add(text, scaling.limits.cheapest_chips, point, "cheapest");
    add(text, scaling.limits.fastest_chips, point, "fastest");
  }
  return {"limits", "", std::move(names)};
}

std::vector<results::Column> elasticity_columns(const Scaling& scaling) {
  std::vector<results::Column> columns;
  add_columns(columns, scaling, "elasticity_", &run::Explanation::resources);
  add_columns(columns, scaling, "part_elasticity_", &run::Explanation::parts);
  return columns;
}

}  // namespace podsim::study
