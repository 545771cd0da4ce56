#include "study/point/workload_plan.hpp"

#include "parallel/plan/plan_keys.hpp"
#include "study/point/plan_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <variant>
#include <vector>

namespace podsim::study {
namespace {

using parallel::PlanChoice;
using parallel::PlanKey;

constexpr const char* kBatch = "batch";

/// A key that says nothing once another is fixed: to 1, or to anything else than the plan has.
struct Belonging {
  std::string_view key;
  std::string_view to;
  bool to_any_value = false;
};

constexpr std::array kBelongings = {Belonging{"sequence_parallel", "tp"},
                                    Belonging{"schedule", "pp"},
                                    Belonging{"virtual_stages", "pp"},
                                    Belonging{"virtual_stages", "schedule", true},
                                    Belonging{"split", "pp", true},
                                    Belonging{"split", "schedule", true},
                                    Belonging{"split", "virtual_stages", true},
                                    Belonging{"context_method", "cp"},
                                    Belonging{"etp", "ep"},
                                    Belonging{"hybrid_shard", "zero", true}};

/// A schedule of several chunks on each rank, where a user wants one.
bool wants_more_chunks(const PlanKey& key, const PlanChoice& plan, const PlanChoice& fixed) {
  using pipeline::ScheduleKind;
  if (key.name != "schedule" || fixed.virtual_stages != 1 || !plan.schedule) return false;
  const auto kind = static_cast<ScheduleKind>(*plan.schedule);
  return kind == ScheduleKind::interleaved || kind == ScheduleKind::zb_v || kind == ScheduleKind::dualpipe;
}

bool lost(const PlanKey& key, const PlanChoice& plan, const PlanChoice& fixed) {
  if (wants_more_chunks(key, plan, fixed)) return true;
  return std::any_of(kBelongings.begin(), kBelongings.end(), [&](const Belonging& belonging) {
    if (belonging.key != key.name) return false;
    const PlanKey& other = parallel::plan_key(belonging.to);
    const auto value = value_of(other, fixed);
    if (!value) return false;
    if (!belonging.to_any_value) return *value == parallel::PlanValue(int64_t{1});
    return value != value_of(other, plan);
  });
}

std::string text_of(const catalog::Place& place) {
  if (place.source->command_line) return place.source->path;
  return fmt::format("{}:{}:{}", place.source->path, place.line, place.column);
}

catalog::MapReader map_of_plan(const catalog::Field& field) {
  std::vector<std::string> names;
  for (const PlanKey& key : parallel::plan_keys()) names.push_back(key.name);
  return field.map(names);
}

}  // namespace

PlanChoice load_workload_plan(const catalog::Field& field) {
  const catalog::MapReader map = map_of_plan(field);
  map.forbid(kBatch, "the batch is a part of the recipe", "give training.global_batch");
  PlanChoice plan;
  for (const PlanKey& key : parallel::plan_keys()) {
    if (const auto value = map.find(key.name)) parallel::put(key, plan_text(key, *value), plan);
  }
  return plan;
}

PlanChoice workload_plan(const catalog::Catalog& catalog, const std::string& name_or_path,
                         const std::vector<catalog::Override>& overrides) {
  const auto plan = catalog.workload_plan(name_or_path, overrides);
  return plan ? load_workload_plan(catalog::Field(*plan, "plan")) : PlanChoice{};
}

run::PlanPlaces workload_plan_places(const catalog::Catalog& catalog, const std::string& name_or_path,
                                     const std::vector<catalog::Override>& overrides, const PlanChoice& choice) {
  run::PlanPlaces places;
  const auto plan = catalog.workload_plan(name_or_path, overrides);
  if (!plan) return places;
  const catalog::Field field(*plan, "plan");
  const PlanChoice given = load_workload_plan(field);
  const catalog::MapReader map = map_of_plan(field);
  for (const PlanKey& key : parallel::plan_keys()) {
    const auto value = map.find(key.name);
    if (value && value_of(key, given) == value_of(key, choice)) places[option_of(key)] = text_of(value->place());
  }
  return places;
}

void add_workload_plan(const PlanChoice& plan, PlanChoice& choice) {
  const PlanChoice fixed = choice;
  for (const PlanKey& key : parallel::plan_keys()) {
    const auto value = value_of(key, plan);
    if (!value || value_of(key, fixed) || lost(key, plan, fixed)) continue;
    take(key, *value, choice);
  }
}

std::string plan_in_force(const PlanChoice& plan, const PlanChoice& choice) {
  std::string text;
  for (const PlanKey& key : parallel::plan_keys()) {
    const auto value = value_of(key, plan);
    if (!value || value != value_of(key, choice)) continue;
    const bool* on = std::get_if<bool>(&*value);
    if (on != nullptr && !*on) continue;
    text += (text.empty() ? "" : " ") + option_of(key);
    if (on == nullptr) text += " " + parallel::text_of(*value);
  }
  return text;
}

}  // namespace podsim::study
