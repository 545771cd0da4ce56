#include "results/json.hpp"

#include "results/run_json.hpp"

#include <fmt/format.h>
#include <cmath>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace podsim::results {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kSchema = "podsim/run/1";
constexpr double kSecondsPerHour = 3600;
constexpr double kJoulesPerKwh = 3.6e6;

Json memory_json(const parallel::MemoryNeed& memory) {
  return {{"capacity", memory.capacity_bytes},       {"weights", memory.weights_bytes},
          {"gradients", memory.gradients_bytes},     {"optimizer", memory.optimizer_bytes},
          {"activations", memory.activations_bytes}, {"shortfall", memory.shortfall_bytes()}};
}

parallel::MemoryNeed memory_from(const Json& bytes, const Json& remedies) {
  return {.capacity_bytes = bytes.at("capacity"),
          .weights_bytes = bytes.at("weights"),
          .gradients_bytes = bytes.at("gradients"),
          .optimizer_bytes = bytes.at("optimizer"),
          .activations_bytes = bytes.at("activations"),
          .remedies = remedies};
}

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
  json["workload"] = result.workload;
  json["platform"] = result.platform;
  json["chip"] = result.chip;
  json["stack"] = result.stack;
  json["chips"] = result.chips;
  json["ranks"] = result.ranks;
  json["slice"] = result.slice;
  json["what_if"] = result.what_if;
  json["global_batch"] = result.global_batch();
  json["local_batch"] = result.local_batch;
  put_plan(json, result.plan);
  json["parameters"] = result.parameters;
}

void put_times(Json& json, const run::RunResult& result) {
  json["step_seconds"] = result.step_seconds.value;
  json["step_seconds_low"] = result.step_seconds.low;
  json["step_seconds_high"] = result.step_seconds.high;
  json["interval_source"] = result.interval_source;
  json["step_bound_seconds"] = result.step_bound_seconds;
  json["steps"] = result.steps;
  json["steps_to_target"] = target_json(result.steps_to_target);
  json["wall_hours"] = result.wall_seconds.value / kSecondsPerHour;
  json["wall_hours_low"] = result.wall_seconds.low / kSecondsPerHour;
  json["wall_hours_high"] = result.wall_seconds.high / kSecondsPerHour;
  json["wall_parts_seconds"] = wall_parts_json(result.wall_parts);
  json["checkpoint"] = checkpoint_json(result.checkpoint);
  json["examples_per_second"] = result.examples_per_second;
  json["model_flops_per_step"] = result.model_flops_per_step;
  json["mfu"] = result.mfu;
  json["pfs_days"] = result.pfs_days;
  json["breakdown_seconds"] = breakdown_json(result.breakdown);
}

void put_needs(Json& json, const run::RunResult& result) {
  json["memory_bytes_per_rank"] = result.memory.total_bytes();
  json["memory_bytes"] = memory_json(result.memory);
  json["fits"] = result.memory.fits();
  json["remedies"] = result.memory.remedies;
  json["cost_usd"] = result.cost_usd;
  json["energy_kwh"] = result.energy_joules / kJoulesPerKwh;
  json["site_energy_kwh"] = scaled_json(result.site_energy_joules, kJoulesPerKwh);
  json["co2e_kg"] = scaled_json(result.co2e_kg, 1);
  json["with_failures"] = forecast_json(result.with_failures);
  json["with_preemptions"] = forecast_json(result.with_preemptions);
}

void take_setup(run::RunResult& result, const Json& json) {
  json.at("workload").get_to(result.workload);
  json.at("platform").get_to(result.platform);
  json.at("chip").get_to(result.chip);
  json.at("stack").get_to(result.stack);
  json.at("chips").get_to(result.chips);
  json.at("ranks").get_to(result.ranks);
  json.at("slice").get_to(result.slice);
  json.at("what_if").get_to(result.what_if);
  json.at("local_batch").get_to(result.local_batch);
  result.plan = plan_from(json);
  json.at("parameters").get_to(result.parameters);
}

void take_times(run::RunResult& result, const Json& json) {
  json.at("step_seconds").get_to(result.step_seconds.value);
  json.at("step_seconds_low").get_to(result.step_seconds.low);
  json.at("step_seconds_high").get_to(result.step_seconds.high);
  json.at("interval_source").get_to(result.interval_source);
  json.at("step_bound_seconds").get_to(result.step_bound_seconds);
  json.at("steps").get_to(result.steps);
  result.steps_to_target = target_from(json.at("steps_to_target"));
  result.wall_seconds = {.value = json.at("wall_hours").get<double>() * kSecondsPerHour,
                         .low = json.at("wall_hours_low").get<double>() * kSecondsPerHour,
                         .high = json.at("wall_hours_high").get<double>() * kSecondsPerHour};
  result.wall_parts = wall_parts_from(json.at("wall_parts_seconds"));
  result.checkpoint = checkpoint_from(json.at("checkpoint"));
  json.at("examples_per_second").get_to(result.examples_per_second);
  json.at("model_flops_per_step").get_to(result.model_flops_per_step);
  json.at("mfu").get_to(result.mfu);
  json.at("pfs_days").get_to(result.pfs_days);
  result.breakdown = breakdown_from(json.at("breakdown_seconds"));
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
  json["scaling_efficiency"] = result.scaling_efficiency;
  json["scaling_baseline_chips"] = result.scaling_baseline_chips;
  json["elasticities"] = elasticities_json(result.elasticities);
  json["part_elasticities"] = elasticities_json(result.part_elasticities);
  json["link_losses"] = elasticities_json(result.link_losses);
  json["collective_algorithm"] = result.collective;
  json["simulation"] = simulation_json(result.simulation);
  json["phases"] = phases_json(result.phases);
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
  result.memory = memory_from(json.at("memory_bytes"), json.at("remedies"));
  json.at("cost_usd").get_to(result.cost_usd);
  result.energy_joules = json.at("energy_kwh").get<double>() * kJoulesPerKwh;
  result.site_energy_joules = scaled_from(json.at("site_energy_kwh"), kJoulesPerKwh);
  result.co2e_kg = scaled_from(json.at("co2e_kg"), 1);
  result.with_failures = forecast_from(json.at("with_failures"));
  result.with_preemptions = forecast_from(json.at("with_preemptions"));
  json.at("scaling_efficiency").get_to(result.scaling_efficiency);
  json.at("scaling_baseline_chips").get_to(result.scaling_baseline_chips);
  result.elasticities = elasticities_from(json.at("elasticities"));
  result.part_elasticities = elasticities_from(json.at("part_elasticities"));
  result.link_losses = elasticities_from(json.at("link_losses"));
  json.at("collective_algorithm").get_to(result.collective);
  result.simulation = simulation_from(json.at("simulation"));
  for (const Json& phase : json.at("phases")) result.phases.push_back(phase_from(phase));
  result.calibration = calibration_from(json.at("calibration"));
  result.published = published_from(json.at("published"));
  json.at("notes").get_to(result.notes);
  return result;
}

}  // namespace podsim::results
