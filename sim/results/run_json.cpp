#include "results/run_json.hpp"

#include "catalog/text/units.hpp"
#include "parallel/plan/plan_keys.hpp"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <variant>

namespace podsim::results {
namespace {

using RunJson = nlohmann::ordered_json;

RunJson quantiles_json(const run::Quantiles& values, double unit) {
  return {{"p10", values.p10 / unit}, {"p50", values.p50 / unit}, {"p90", values.p90 / unit}};
}

run::Quantiles quantiles_from(const RunJson& json, double unit) {
  return {.p10 = json.at("p10").get<double>() * unit,
          .p50 = json.at("p50").get<double>() * unit,
          .p90 = json.at("p90").get<double>() * unit};
}

RunJson or_null(const std::optional<double>& value) { return value ? RunJson(*value) : RunJson(nullptr); }

std::optional<double> from_null(const RunJson& json) {
  if (json.is_null()) return std::nullopt;
  return json.get<double>();
}

}  // namespace

void put_plan(RunJson& json, const parallel::PlanChoice& plan) {
  for (const parallel::PlanKey& key : parallel::plan_keys()) {
    if (key.print == parallel::PlanPrint::layout) continue;
    if (const auto value = parallel::value_of(key, plan)) {
      std::visit([&](const auto& known) { json[key.result] = known; }, *value);
    }
  }
}

parallel::PlanChoice plan_from(const RunJson& json) {
  parallel::PlanChoice plan;
  for (const parallel::PlanKey& key : parallel::plan_keys()) {
    if (key.print == parallel::PlanPrint::layout) continue;
    const RunJson& value = json.at(key.result);
    if (value.is_string()) {
      parallel::take(key, value.get<std::string>(), plan);
    } else {
      parallel::take(key, value.get<int64_t>(), plan);
    }
  }
  return plan;
}

RunJson breakdown_json(const run::Breakdown& breakdown) {
  return {{"compute", breakdown.compute_seconds},
          {"exposed_communication", breakdown.exposed_communication_seconds},
          {"pipeline_bubble", breakdown.pipeline_bubble_seconds},
          {"optimizer", breakdown.optimizer_seconds},
          {"input", breakdown.input_seconds},
          {"overhead", breakdown.overhead_seconds}};
}

run::Breakdown breakdown_from(const RunJson& json) {
  return {.compute_seconds = json.at("compute"),
          .exposed_communication_seconds = json.at("exposed_communication"),
          .pipeline_bubble_seconds = json.at("pipeline_bubble"),
          .optimizer_seconds = json.at("optimizer"),
          .input_seconds = json.at("input"),
          .overhead_seconds = json.at("overhead")};
}

RunJson target_json(const run::StepsToTarget& target) {
  return {{"law", target.law}, {"assumed", target.assumed}, {"in_range", target.in_range}, {"quality", target.quality}};
}

run::StepsToTarget target_from(const RunJson& json) {
  return {.law = json.at("law"),
          .assumed = json.at("assumed"),
          .in_range = json.at("in_range"),
          .quality = json.at("quality")};
}

RunJson wall_parts_json(const run::WallParts& parts) {
  return {{"steps", parts.steps_seconds},
          {"start_up", parts.start_up_seconds},
          {"evaluation", parts.evaluation_seconds},
          {"checkpoints", parts.checkpoint_seconds}};
}

run::WallParts wall_parts_from(const RunJson& json) {
  return {.steps_seconds = json.at("steps"),
          .start_up_seconds = json.at("start_up"),
          .evaluation_seconds = json.at("evaluation"),
          .checkpoint_seconds = json.at("checkpoints")};
}

RunJson checkpoint_json(const std::optional<run::Checkpoint>& checkpoint) {
  if (!checkpoint) return nullptr;
  return {{"bytes", checkpoint->bytes},
          {"count", checkpoint->count},
          {"interval_seconds", checkpoint->interval_seconds},
          {"best_interval_seconds", or_null(checkpoint->best_interval_seconds)},
          {"goodput", or_null(checkpoint->goodput)},
          {"best_goodput", or_null(checkpoint->best_goodput)},
          {"asynchronous_goodput", or_null(checkpoint->asynchronous_goodput)},
          {"write_seconds", checkpoint->write_seconds},
          {"stall_seconds", checkpoint->stall_seconds},
          {"asynchronous", checkpoint->asynchronous}};
}

std::optional<run::Checkpoint> checkpoint_from(const RunJson& json) {
  if (json.is_null()) return std::nullopt;
  return run::Checkpoint{.bytes = json.at("bytes"),
                         .interval_seconds = json.at("interval_seconds"),
                         .write_seconds = json.at("write_seconds"),
                         .stall_seconds = json.at("stall_seconds"),
                         .asynchronous = json.at("asynchronous"),
                         .count = json.at("count"),
                         .best_interval_seconds = from_null(json.at("best_interval_seconds")),
                         .goodput = from_null(json.at("goodput")),
                         .best_goodput = from_null(json.at("best_goodput")),
                         .asynchronous_goodput = from_null(json.at("asynchronous_goodput"))};
}

RunJson forecast_json(const std::optional<run::FaultForecast>& forecast) {
  if (!forecast) return nullptr;
  RunJson cost = RunJson::object();
  for (const auto& [kind, usd] : forecast->cost_usd) cost[kind] = quantiles_json(usd, 1);
  return {{"draws", forecast->draws},
          {"failures", forecast->failures},
          {"preemptions", forecast->preemptions},
          {"goodput", forecast->goodput},
          {"mean_wall_hours", forecast->mean_wall_seconds / catalog::kHour},
          {"wall_hours", quantiles_json(forecast->wall_seconds, catalog::kHour)},
          {"billed_hours", quantiles_json(forecast->billed_seconds, catalog::kHour)},
          {"cost_usd", std::move(cost)}};
}

std::optional<run::FaultForecast> forecast_from(const RunJson& json) {
  if (json.is_null()) return std::nullopt;
  run::FaultForecast forecast;
  json.at("draws").get_to(forecast.draws);
  json.at("failures").get_to(forecast.failures);
  json.at("preemptions").get_to(forecast.preemptions);
  json.at("goodput").get_to(forecast.goodput);
  forecast.mean_wall_seconds = json.at("mean_wall_hours").get<double>() * catalog::kHour;
  forecast.wall_seconds = quantiles_from(json.at("wall_hours"), catalog::kHour);
  forecast.billed_seconds = quantiles_from(json.at("billed_hours"), catalog::kHour);
  for (const auto& [kind, usd] : json.at("cost_usd").items()) forecast.cost_usd[kind] = quantiles_from(usd, 1);
  return forecast;
}

}  // namespace podsim::results
