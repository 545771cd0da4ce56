#include "results/json.hpp"

#include "catalog/text/units.hpp"
#include "results/layout_json.hpp"
#include "results/run_json.hpp"

#include <fmt/format.h>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace podsim::results {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "podsim/run/1";
constexpr double kJoulesPerKwh = 3.6e6;

Json simulation_json(const run::Simulation& simulation) {
  return {{"mode", simulation.mode},
          {"reason", simulation.reason},
          {"flows", simulation.flows},
          {"wall_seconds", simulation.wall_seconds},
          {"steps", simulation.steps}};
}

run::Simulation simulation_from(const Json& json) {
  return {.mode = json.at("mode"),
          .reason = json.at("reason"),
          .flows = json.at("flows"),
          .steps = json.at("steps"),
          .wall_seconds = json.at("wall_seconds")};
}

Json phase_json(const run::PhaseResult& phase) {
  return {{"name", phase.name},
          {"share_of_steps", phase.share_of_steps},
          {"global_batch", phase.global_batch},
          {"sequence_length", phase.sequence_length},
          {"step_seconds", phase.step_seconds},
          {"step_bound_seconds", phase.step_bound_seconds},
          {"model_flops_per_step", phase.model_flops_per_step},
          {"breakdown_seconds", breakdown_json(phase.breakdown)}};
}

run::PhaseResult phase_from(const Json& json) {
  return {.name = json.at("name"),
          .share_of_steps = json.at("share_of_steps"),
          .global_batch = json.at("global_batch"),
          .sequence_length = json.at("sequence_length"),
          .step_seconds = json.at("step_seconds"),
          .step_bound_seconds = json.at("step_bound_seconds"),
          .model_flops_per_step = json.at("model_flops_per_step"),
          .breakdown = breakdown_from(json.at("breakdown_seconds")),
          .timeline = {}};
}

Json published_json(const std::optional<run::Published>& published) {
  if (!published) return nullptr;
  return {{"hours", published->hours}, {"ratio", published->ratio}, {"source", published->source}};
}

std::optional<run::Published> published_from(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return run::Published{.hours = json.at("hours"), .ratio = json.at("ratio"), .source = json.at("source")};
}

Json calibration_json(const std::optional<run::Calibration>& calibration) {
  if (!calibration) return nullptr;
  return {{"chips", calibration->chips},
          {"global_batch", calibration->global_batch},
          {"measured_step_seconds", calibration->measured_step_seconds},
          {"predicted_step_seconds", calibration->predicted_step_seconds},
          {"implied_scale", calibration->implied_scale},
          {"used_scale", calibration->used_scale}};
}

std::optional<run::Calibration> calibration_from(const Json& json) {
  if (json.is_null()) return std::nullopt;
  return run::Calibration{.chips = json.at("chips"),
                          .global_batch = json.at("global_batch"),
                          .measured_step_seconds = json.at("measured_step_seconds"),
                          .predicted_step_seconds = json.at("predicted_step_seconds"),
                          .implied_scale = json.at("implied_scale"),
                          .used_scale = json.at("used_scale")};
}

Json scaled_json(const std::optional<double>& value, double unit) {
  return value ? Json(*value / unit) : Json(nullptr);
}

std::optional<double> scaled_from(const Json& json, double unit) {
  if (json.is_null()) return std::nullopt;
  return json.get<double>() * unit;
}

Json elasticities_json(const std::vector<run::Elasticity>& elasticities) {
  if (elasticities.empty()) return nullptr;
  Json json = Json::object();
  for (const run::Elasticity& elasticity : elasticities) json[elasticity.resource] = elasticity.value;
  return json;
}

std::vector<run::Elasticity> elasticities_from(const Json& json) {
  std::vector<run::Elasticity> elasticities;
  for (const auto& [resource, value] : json.items()) elasticities.push_back({resource, value});
  return elasticities;
}

Json phases_json(const std::vector<run::PhaseResult>& phases) {
  Json json = Json::array();
  for (const run::PhaseResult& phase : phases) json.push_back(phase_json(phase));
  return json;
}

void put_setup(Json& json, const run::RunResult& result) {
  json["workload"] = result.setup.workload;
  json["platform"] = result.setup.platform;
  json["chip"] = result.setup.chip;
  json["stack"] = result.setup.stack;
  json["chips"] = result.setup.chips;
  json["ranks"] = result.plan.ranks;
  json["slice"] = result.setup.slice;
  json["what_if"] = result.setup.what_if;
  json["global_batch"] = result.plan.global_batch();
  json["local_batch"] = result.plan.local_batch;
  put_plan(json, result.plan.chosen);
  put_layout(json, result);
  json["parameters"] = result.setup.parameters;
}

void put_times(Json& json, const run::RunResult& result) {
  json["step_seconds"] = result.step.seconds.value;
  json["step_seconds_low"] = result.step.seconds.low;
  json["step_seconds_high"] = result.step.seconds.high;
  json["interval_source"] = result.step.interval_source;
  json["step_bound_seconds"] = result.step.bound_seconds;
  json["steps"] = result.length.steps;
  json["steps_to_target"] = target_json(result.length.target);
  json["wall_hours"] = result.wall.seconds.value / catalog::kHour;
  json["wall_hours_low"] = result.wall.seconds.low / catalog::kHour;
  json["wall_hours_high"] = result.wall.seconds.high / catalog::kHour;
  json["wall_parts_seconds"] = wall_parts_json(result.wall.parts);
  json["checkpoint"] = checkpoint_json(result.wall.checkpoint);
  json["examples_per_second"] = result.step.examples_per_second;
  json["model_flops_per_step"] = result.step.model_flops;
  json["mfu"] = result.step.mfu;
  json["mfu_causal"] = result.step.mfu_causal;
  json["hfu"] = result.step.hfu;
  json["pfs_days"] = result.length.pfs_days;
  json["breakdown_seconds"] = breakdown_json(result.step.breakdown);
}

void put_needs(Json& json, const run::RunResult& result) {
  json["memory_bytes_per_rank"] = result.memory.total_bytes();
  json["memory_bytes"] = memory_json(result.memory);
  json["fits"] = result.memory.fits();
  json["fit"] = name_of(result.memory.fit());
  json["remedies"] = result.memory.remedies;
  json["cost_usd"] = result.cost_usd;
  json["energy_kwh"] = result.energy.joules / kJoulesPerKwh;
  json["site_energy_kwh"] = scaled_json(result.energy.site_joules, kJoulesPerKwh);
  json["co2e_kg"] = scaled_json(result.energy.co2e_kg, 1);
  json["with_failures"] = forecast_json(result.wall.with_failures);
  json["with_preemptions"] = forecast_json(result.wall.with_preemptions);
}

void take_setup(run::RunResult& result, const Json& json) {
  json.at("workload").get_to(result.setup.workload);
  json.at("platform").get_to(result.setup.platform);
  json.at("chip").get_to(result.setup.chip);
  json.at("stack").get_to(result.setup.stack);
  json.at("chips").get_to(result.setup.chips);
  json.at("ranks").get_to(result.plan.ranks);
  json.at("slice").get_to(result.setup.slice);
  json.at("what_if").get_to(result.setup.what_if);
  json.at("local_batch").get_to(result.plan.local_batch);
  result.plan.chosen = plan_from(json);
  take_layout(result, json);
  json.at("parameters").get_to(result.setup.parameters);
}

void take_times(run::RunResult& result, const Json& json) {
  json.at("step_seconds").get_to(result.step.seconds.value);
  json.at("step_seconds_low").get_to(result.step.seconds.low);
  json.at("step_seconds_high").get_to(result.step.seconds.high);
  json.at("interval_source").get_to(result.step.interval_source);
  json.at("step_bound_seconds").get_to(result.step.bound_seconds);
  json.at("steps").get_to(result.length.steps);
  result.length.target = target_from(json.at("steps_to_target"));
  result.wall.seconds = {.value = json.at("wall_hours").get<double>() * catalog::kHour,
                         .low = json.at("wall_hours_low").get<double>() * catalog::kHour,
                         .high = json.at("wall_hours_high").get<double>() * catalog::kHour};
  result.wall.parts = wall_parts_from(json.at("wall_parts_seconds"));
  result.wall.checkpoint = checkpoint_from(json.at("checkpoint"));
  json.at("examples_per_second").get_to(result.step.examples_per_second);
  json.at("model_flops_per_step").get_to(result.step.model_flops);
  json.at("mfu").get_to(result.step.mfu);
  result.step.mfu_causal = json.value("mfu_causal", 0.0);
  result.step.hfu = json.value("hfu", 0.0);
  json.at("pfs_days").get_to(result.length.pfs_days);
  result.step.breakdown = breakdown_from(json.at("breakdown_seconds"));
}

void require_finite(const Json& json, const std::string& path) {
  if (json.is_number_float() && !std::isfinite(json.get<double>()))
    throw std::logic_error(fmt::format("result: {} is not a finite number", path));
  if (!json.is_structured()) return;
  for (const auto& [key, value] : json.items())
    require_finite(value, path.empty() ? key : fmt::format("{}.{}", path, key));
}

}  // namespace

Json to_json(const run::RunResult& result) {
  Json json;
  json["schema"] = kSchema;
  put_setup(json, result);
  put_times(json, result);
  put_needs(json, result);
  json["scaling_efficiency"] = result.scaling.efficiency;
  json["scaling_baseline_chips"] = result.scaling.baseline_chips;
  json["elasticities"] = elasticities_json(result.explanation.resources);
  json["part_elasticities"] = elasticities_json(result.explanation.parts);
  json["link_losses"] = elasticities_json(result.explanation.links);
  json["collective_algorithm"] = result.plan.collective;
  json["simulation"] = simulation_json(result.simulation);
  json["phases"] = phases_json(result.step.phases);
  json["calibration"] = calibration_json(result.calibration);
  json["published"] = published_json(result.published);
  json["notes"] = result.notes;
  require_finite(json, "");
  return json;
}

run::RunResult run_result_from_json(const Json& json) {
  if (json.at("schema") != kSchema)
    throw std::runtime_error(fmt::format("result: schema is {}, not \"{}\"", json.at("schema").dump(), kSchema));
  run::RunResult result;
  take_setup(result, json);
  take_times(result, json);
  result.memory = memory_from(json);
  json.at("cost_usd").get_to(result.cost_usd);
  result.energy.joules = json.at("energy_kwh").get<double>() * kJoulesPerKwh;
  result.energy.site_joules = scaled_from(json.at("site_energy_kwh"), kJoulesPerKwh);
  result.energy.co2e_kg = scaled_from(json.at("co2e_kg"), 1);
  result.wall.with_failures = forecast_from(json.at("with_failures"));
  result.wall.with_preemptions = forecast_from(json.at("with_preemptions"));
  json.at("scaling_efficiency").get_to(result.scaling.efficiency);
  json.at("scaling_baseline_chips").get_to(result.scaling.baseline_chips);
  result.explanation.resources = elasticities_from(json.at("elasticities"));
  result.explanation.parts = elasticities_from(json.at("part_elasticities"));
  result.explanation.links = elasticities_from(json.at("link_losses"));
  json.at("collective_algorithm").get_to(result.plan.collective);
  result.simulation = simulation_from(json.at("simulation"));
  for (const Json& phase : json.at("phases")) result.step.phases.push_back(phase_from(phase));
  result.calibration = calibration_from(json.at("calibration"));
  result.published = published_from(json.at("published"));
  json.at("notes").get_to(result.notes);
  return result;
}

}  // namespace podsim::results
