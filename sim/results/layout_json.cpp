#include "results/layout_json.hpp"

#include "parallel/plan/plan_keys.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace podsim::results {
namespace {

using Json = nlohmann::ordered_json;

Json parts_json(const parallel::StageMemory& memory) {
  Json json = {{"weights", memory.weights_bytes},
               {"gradients", memory.gradients_bytes},
               {"optimizer", memory.optimizer_bytes},
               {"activations", memory.activations_bytes}};
  if (memory.gathered_bytes > 0) json["gathered"] = memory.gathered_bytes;
  if (memory.buffer_bytes > 0) json["buffers"] = memory.buffer_bytes;
  return json;
}

void take_parts(const Json& json, parallel::StageMemory& memory) {
  memory.weights_bytes = json.at("weights");
  memory.gradients_bytes = json.at("gradients");
  memory.optimizer_bytes = json.at("optimizer");
  memory.activations_bytes = json.at("activations");
  memory.gathered_bytes = json.value("gathered", 0.0);
  memory.buffer_bytes = json.value("buffers", 0.0);
}

Json stage_json(const parallel::StageMemory& memory, const run::StageTime& time) {
  return {{"stage", memory.stage},
          {"blocks", memory.blocks},
          {"parameters", memory.parameters},
          {"memory_bytes", parts_json(memory)},
          {"in_flight", memory.in_flight},
          {"busy_seconds", time.busy_seconds},
          {"exposed_communication_seconds", time.exposed_communication_seconds},
          {"pipeline_bubble_seconds", time.bubble_seconds}};
}

/// Keys of the plan, with what follows from them.
Json layout_object(const run::RunResult& result) {
  const parallel::PlanChoice& plan = result.plan.chosen;
  const int64_t replica = *plan.tensor * *plan.context * *plan.pipeline;
  Json json;
  for (const parallel::PlanKey& key : parallel::plan_keys()) {
    if (key.print != parallel::PlanPrint::layout) continue;
    const auto value = parallel::value_of(key, plan);
    json[key.result] = nullptr;
    if (value) std::visit([&](const auto& known) { json[key.result] = known; }, *value);
  }
  json["dp"] = result.plan.ranks / replica;
  json["zero"] = *plan.zero;
  json["micro_batch"] = *plan.micro_batch;
  json["passes"] = static_cast<int64_t>(result.plan.local_batch) / *plan.micro_batch;
  return json;
}

}  // namespace

nlohmann::ordered_json memory_json(const parallel::MemoryNeed& memory) {
  Json json = {{"capacity", memory.capacity_bytes}};
  json.update(parts_json(memory));
  json["framework_low"] = memory.framework_low_bytes;
  json["framework_high"] = memory.framework_high_bytes;
  json["shortfall"] = memory.shortfall_bytes();
  return json;
}

parallel::MemoryNeed memory_from(const Json& result) {
  const Json& bytes = result.at("memory_bytes");
  parallel::MemoryNeed memory;
  take_parts(bytes, memory);
  memory.capacity_bytes = bytes.at("capacity");
  memory.framework_low_bytes = bytes.value("framework_low", 0.0);
  memory.framework_high_bytes = bytes.value("framework_high", 0.0);
  memory.remedies = result.at("remedies");
  if (!result.contains("layout")) return memory;
  memory.stage = result.at("layout").value("worst_stage", 0);
  for (const Json& json : result.at("stages")) {
    parallel::StageMemory& stage = memory.stages.emplace_back();
    take_parts(json.at("memory_bytes"), stage);
    stage.stage = json.at("stage");
    stage.blocks = json.at("blocks");
    stage.parameters = json.at("parameters");
    stage.in_flight = json.at("in_flight");
  }
  return memory;
}

void put_layout(Json& json, const run::RunResult& result) {
  if (!result.plan.chosen.tensor) return;
  json["layout"] = layout_object(result);
  json["layout"]["worst_stage"] = result.memory.stage;
  Json stages = Json::array();
  for (size_t i = 0; i < result.memory.stages.size(); ++i) {
    stages.push_back(stage_json(result.memory.stages[i], result.step.stages.at(i)));
  }
  json["stages"] = std::move(stages);
  json["exposed_communication_by_group_seconds"] = Json::object();
  for (const auto& [group, seconds] : result.step.exposed_by_group_seconds) {
    json["exposed_communication_by_group_seconds"][group] = seconds;
  }
}

void take_layout(run::RunResult& result, const Json& json) {
  if (!json.contains("layout")) return;
  for (const parallel::PlanKey& key : parallel::plan_keys()) {
    if (key.print != parallel::PlanPrint::layout) continue;
    const Json& value = json.at("layout").at(key.result);
    if (value.is_string()) parallel::take(key, value.get<std::string>(), result.plan.chosen);
    if (value.is_boolean()) parallel::take(key, value.get<bool>(), result.plan.chosen);
    if (value.is_number()) parallel::take(key, value.get<int64_t>(), result.plan.chosen);
  }
  for (const auto& [group, seconds] : json.at("exposed_communication_by_group_seconds").items()) {
    result.step.exposed_by_group_seconds[group] = seconds;
  }
  for (const Json& stage : json.at("stages")) {
    result.step.stages.push_back({.busy_seconds = stage.at("busy_seconds"),
                                  .exposed_communication_seconds = stage.at("exposed_communication_seconds"),
                                  .bubble_seconds = stage.at("pipeline_bubble_seconds")});
  }
}

}  // namespace podsim::results
