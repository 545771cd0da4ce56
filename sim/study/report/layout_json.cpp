#include "catalog/text/units.hpp"
#include "parallel/plan/plan_keys.hpp"
#include "results/json.hpp"
#include "results/or_null.hpp"
#include "run/account/interval.hpp"
#include "study/layouts/layout_text.hpp"
#include "study/report/layout_report.hpp"

#include <nlohmann/json.hpp>

namespace podsim::study {
namespace {

using LayoutJson = nlohmann::ordered_json;

LayoutJson misfit_json(const Misfit& misfit) {
  return {{"needed_bytes", misfit.needed_bytes},
          {"capacity_bytes", misfit.capacity_bytes},
          {"stage", misfit.stage},
          {"options", layout_options(misfit.choice)}};
}

LayoutJson ranked_json(const RankedLayout& layout, const RankedLayout& best) {
  const run::StepResult& step = layout.run.step;
  const double ratio = step.seconds.value / best.run.step.seconds.value;
  const double factor = run::ratio_factor(best.run.step.breakdown, step.breakdown, run::Evidence::prior);
  return {{"options", layout_options(layout.choice)},
          {"step_seconds", step.seconds.value},
          {"least_step_seconds", layout.floor_seconds},
          {"time_ratio", ratio},
          {"time_ratio_low", ratio / factor},
          {"time_ratio_high", ratio * factor},
          {"bubble_seconds", step.breakdown.pipeline_bubble_seconds},
          {"exposed_communication_seconds", step.breakdown.exposed_communication_seconds},
          {"memory_left_bytes",
           layout.run.memory.capacity_bytes - layout.run.memory.total_bytes() - layout.run.memory.framework_high_bytes},
          {"fit", parallel::name_of(layout.run.memory.fit())},
          {"run", results::to_json(layout.run)}};
}

LayoutJson family_json(const FamilyAnswer& family) {
  return {
      {"name", family.name},         {"legal", family.legal},
      {"fitting", family.fitting},   {"step_seconds", results::or_null(family.step_seconds)},
      {"at_least", family.at_least}, {"misfit", family.nearest ? misfit_json(*family.nearest) : LayoutJson(nullptr)},
      {"refused", family.rule}};
}

LayoutJson own_json(const std::optional<OwnLayout>& own) {
  if (!own) return nullptr;
  return {{"options", own->options},
          {"step_seconds", own->run ? LayoutJson(own->run->step.seconds.value) : LayoutJson(nullptr)},
          {"fit", own->run ? LayoutJson(parallel::name_of(own->run->memory.fit())) : LayoutJson(nullptr)},
          {"reason", own->reason}};
}

LayoutJson case_json(const LayoutCase& solved) {
  const LayoutSearch& search = solved.search;
  LayoutJson json{{"platform", solved.platform},
                  {"chips", solved.chips},
                  {"global_batch", solved.batch},
                  {"reason", solved.reason},
                  {"considered", search.considered},
                  {"illegal", search.illegal},
                  {"out_of_memory", search.unfit},
                  {"bounded_away", search.bounded_away},
                  {"simulated", search.simulated},
                  {"layouts", LayoutJson::array()},
                  {"alternatives", LayoutJson::array()},
                  {"own_plan", own_json(solved.own)},
                  {"misfit", search.nearest ? misfit_json(*search.nearest) : LayoutJson(nullptr)}};
  for (const RankedLayout& layout : search.best) json["layouts"].push_back(ranked_json(layout, search.best.front()));
  for (const FamilyAnswer& family : search.families) json["alternatives"].push_back(family_json(family));
  return json;
}

}  // namespace

LayoutJson layout_plan_json(const LayoutPlan& plan) {
  const PlanQuery& query = plan.query.plan;
  LayoutJson json{{"schema", "podsim/layouts/1"},
                  {"workload", query.workload},
                  {"price", query.price_kind},
                  {"deadline_hours", results::or_null(query.deadline_hours)},
                  {"budget_usd", results::or_null(query.budget_usd)},
                  {"best", plan.best ? LayoutJson(*plan.best) : LayoutJson(nullptr)},
                  {"cases", LayoutJson::array()},
                  {"front", LayoutJson::array()}};
  for (const LayoutCase& solved : plan.cases) json["cases"].push_back(case_json(solved));
  for (const PlannedRun& planned : plan.front) {
    json["front"].push_back({{"platform", planned.run.setup.platform},
                             {"chips", planned.run.setup.chips},
                             {"global_batch", planned.run.plan.global_batch()},
                             {"hours", planned.hours},
                             {"usd", planned.usd}});
  }
  return json;
}

}  // namespace podsim::study
