#include "study/answer/layout_planner.hpp"

#include "catalog/text/error.hpp"
#include "catalog/text/units.hpp"
#include "platform/impossible.hpp"
#include "study/answer/sizes.hpp"
#include "study/layouts/layout_text.hpp"
#include "study/point/resolver.hpp"
#include "study/point/simulate.hpp"
#include "study/point/workload_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace podsim::study {
namespace {

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

std::vector<int64_t> chips_of(const LayoutQuery& query, const catalog::Platform& platform) {
  if (query.chips.empty()) return sizes_of(platform);
  if (query.range) return sizes_between(platform, query.chips.front(), query.chips.back());
  return query.chips;
}

/// The run of the layout that the workload's file has; nothing where it has none that differs from what is fixed.
std::optional<OwnLayout> own_layout(const run::RunRequest& request, const parallel::PlanChoice& own) {
  run::RunRequest attempt = request;
  add_workload_plan(own, attempt.plan);
  OwnLayout layout{.options = plan_in_force(own, attempt.plan), .run = {}, .reason = {}};
  if (attempt.plan == request.plan || layout.options.empty()) return std::nullopt;
  attempt.with_baseline = false;
  attempt.timeline = false;
  const auto outcomes = simulate_blocks(1, {}, [&](const std::vector<std::size_t>&) {
    std::vector<PointOutcome> points;
    std::visit([&](auto&& value) { points.emplace_back(std::forward<decltype(value)>(value)); },
               run::run_all({attempt}).front());
    return points;
  });
  if (const auto* run = std::get_if<run::RunResult>(&outcomes.front())) layout.run = *run;
  layout.reason = short_reason_of(outcomes.front());
  return layout;
}

LayoutCase solve(const run::RunRequest& request, const parallel::PlanChoice& own, const LayoutSearchOptions& options) {
  LayoutCase solved{.platform = request.platform.name,
                    .chips = *request.chips,
                    .batch = *request.plan.global_batch,
                    .search = {},
                    .own = {},
                    .reason = {}};
  try {
    solved.search = search_layouts(request, options);
    if (!solved.search.best.empty()) solved.own = own_layout(request, own);
    if (solved.search.best.empty()) solved.reason = why_none(solved.search);
  } catch (const platform::Impossible& impossible) {
    solved.reason = first_line(impossible.what());
  }
  return solved;
}

void add_cases(Resolver& resolver, const std::string& platform, const LayoutSearchOptions& options, LayoutPlan& plan) {
  const LayoutQuery& query = plan.query;
  RunSpec spec;
  spec.workload = query.plan.workload;
  spec.platform = platform;
  spec.stack = query.stack;
  spec.overrides = query.plan.overrides;
  spec.plan = query.fixed;
  spec.search_layout = true;
  ResolvedRun resolved = resolver.resolve(spec);
  const auto own = workload_plan(resolver.catalog(), spec.workload, spec.overrides);
  run::RunRequest& request = resolved.request;
  const catalog::Prices& prices = request.platform.prices;
  plan.price_lists[request.platform.name] = {prices.provider, prices.date};
  std::vector<int64_t> batches = query.plan.batches;
  if (batches.empty()) batches = {request.workload.training.global_batch};
  for (const int64_t chips : chips_of(query, request.platform)) {
    for (const int64_t batch : batches) {
      request.chips = chips;
      request.plan.global_batch = batch;
      request.plan.raise_batch = false;
      plan.cases.push_back(solve(request, own, options));
    }
  }
  std::move(resolved.inputs.begin(), resolved.inputs.end(), std::back_inserter(plan.inputs));
}

[[noreturn]] void refuse_all(const LayoutPlan& plan) {
  const LayoutCase& last = plan.cases.back();
  throw catalog::InputError(
      fmt::format("{} on {} chips of {}: {}\n  way out: take more chips, a chip with more memory, or another --batch",
                  plan.query.plan.workload, last.chips, last.platform, last.reason));
}

void require_price(const LayoutPlan& plan) {
  for (const LayoutCase& solved : plan.cases) {
    if (solved.search.best.empty() || planned_of(solved, plan.query.plan.price_kind)) continue;
    std::string kinds;
    for (const auto& [kind, usd] : solved.search.best.front().run.cost_usd) kinds += (kinds.empty() ? "" : ", ") + kind;
    throw catalog::InputError(fmt::format("--price {}: {} has no such price\n  way out: take one of {}",
                                          plan.query.plan.price_kind, solved.platform, kinds));
  }
}

/// Of one case the shortest step, of several the answer to the question.
void choose(LayoutPlan& plan) {
  std::vector<PlannedRun> runs;
  std::optional<PlannedRun> chosen;
  for (std::size_t i = 0; i < plan.cases.size(); ++i) {
    auto run = planned_of(plan.cases[i], plan.query.plan.price_kind);
    if (!run) continue;
    if (is_allowed(plan.query.plan, *run) && (!chosen || is_better(plan.query.plan, *run, *chosen))) {
      chosen = run;
      plan.best = i;
    }
    runs.push_back(*std::move(run));
  }
  plan.front = pareto_front(std::move(runs));
}

}  // namespace

std::optional<PlannedRun> planned_of(const LayoutCase& solved, const std::string& price_kind) {
  if (solved.search.best.empty()) return std::nullopt;
  const run::RunResult& run = solved.search.best.front().run;
  const auto usd = run.cost_usd.find(price_kind);
  if (usd == run.cost_usd.end()) return std::nullopt;
  return PlannedRun{run, run.wall.seconds.value / catalog::kHour, usd->second, ""};
}

LayoutPlan plan_layouts(const catalog::Catalog& catalog, const LayoutQuery& query, const LayoutSearchOptions& options) {
  LayoutPlan plan;
  plan.query = query;
  Resolver resolver(catalog);
  for (const std::string& platform : query.plan.platforms) add_cases(resolver, platform, options, plan);
  const bool any = std::any_of(plan.cases.begin(), plan.cases.end(),
                               [](const LayoutCase& solved) { return !solved.search.best.empty(); });
  if (!any) refuse_all(plan);
  require_price(plan);
  choose(plan);
  return plan;
}

}  // namespace podsim::study
