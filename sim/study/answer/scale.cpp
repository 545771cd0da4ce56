#include "study/answer/scale.hpp"

#include "catalog/text/error.hpp"
#include "catalog/text/units.hpp"
#include "run/account/convergence.hpp"
#include "run/elasticity.hpp"
#include "study/layouts/prepared_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace podsim::study {
namespace {

int64_t weak_batch(int64_t first_batch, int64_t first_chips, int64_t chips) {
  // Both factors are at most 2^30: the product fits.
  if (first_batch * chips % first_chips != 0) {
    throw catalog::InputError(
        fmt::format("--weak: a batch of {} on {} chips is no whole number of examples on {} chips\n"
                    "  way out: choose --chips that are multiples of the first, or another --batch",
                    first_batch, first_chips, chips));
  }
  return first_batch * chips / first_chips;
}

std::vector<PreparedRun> points_of(Resolver& resolver, const ScaleSpec& spec, int64_t first_batch) {
  std::vector<PreparedRun> points;
  for (const int64_t chips : spec.chips) {
    RunSpec point = spec.run;
    point.chips = chips;
    point.plan.raise_batch = false;
    if (spec.mode == ScaleMode::weak && chips != spec.chips.front()) {
      point.plan.global_batch = weak_batch(first_batch, spec.chips.front(), chips);
    }
    points.push_back(prepared(resolver, std::move(point)));
  }
  return points;
}

CurvePoint curve_point(const run::RunResult& run) {
  CurvePoint point{run.setup.chips, run.wall.seconds.value / catalog::kHour, std::nullopt};
  const auto cost = run.cost_usd.find("on_demand");
  if (cost != run.cost_usd.end()) point.usd = cost->second;
  return point;
}

Knee find_knee(const std::vector<CurvePoint>& curve, double least_gain) {
  Knee knee;
  knee.least_gain = least_gain;
  if (curve.size() < 2) return knee;
  const std::size_t at = knee_of(curve, least_gain);
  const std::size_t next = std::min(at + 1, curve.size() - 1);
  knee.next = gain_between(curve[next - 1], curve[next]);
  if (next > at) {
    knee.chips = curve[at].chips;
    knee.next_chips = curve[next].chips;
  }
  return knee;
}

/// What would help a point most. One that cannot run because it has more ranks than examples is bound by its batch.
std::string binding_of(const ScalePoint& point, const std::vector<ScalePoint>& before) {
  if (const auto* run = std::get_if<run::RunResult>(&point.outcome)) {
    if (!run->memory.fits()) return "memory";
    return run::binding(*run);
  }
  for (const ScalePoint& other : before) {
    const auto* run = std::get_if<run::RunResult>(&other.outcome);
    if (run == nullptr) continue;
    const int64_t ranks = point.chips * run->plan.ranks / run->setup.chips;
    return ranks > run->plan.global_batch() ? "batch" : "";
  }
  return "";
}

Limits limits_of(const std::vector<CurvePoint>& curve) {
  if (curve.empty()) return {};
  Limits limits;
  const auto faster = [](const CurvePoint& a, const CurvePoint& b) { return a.hours < b.hours; };
  const auto cheaper = [](const CurvePoint& a, const CurvePoint& b) { return *a.usd < *b.usd; };
  limits.fastest_chips = std::min_element(curve.begin(), curve.end(), faster)->chips;
  if (curve.front().usd) limits.cheapest_chips = std::min_element(curve.begin(), curve.end(), cheaper)->chips;
  return limits;
}

void check_outcomes(const ScaleSpec& spec, const std::vector<PointOutcome>& outcomes) {
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (const auto* failed = std::get_if<FailedRun>(&outcomes[i])) {
      throw std::runtime_error(fmt::format("the simulation of {} chips failed: {}", spec.chips[i], failed->reason));
    }
  }
  const auto runs = [](const PointOutcome& outcome) { return std::holds_alternative<run::RunResult>(outcome); };
  if (std::any_of(outcomes.begin(), outcomes.end(), runs)) return;
  throw catalog::InputError(fmt::format("none of the numbers of chips can run; the first is {}: {}", spec.chips.front(),
                                        reason_of(outcomes.front())));
}

}  // namespace

void limit_batch(Scaling& scaling, std::optional<int64_t> largest_useful_batch) {
  scaling.limits.largest_useful_batch = largest_useful_batch;
  if (scaling.mode != ScaleMode::weak || !largest_useful_batch) return;
  for (ScalePoint& point : scaling.points) {
    const auto* run = std::get_if<run::RunResult>(&point.outcome);
    const bool fits = run != nullptr && run->memory.fits();
    if (fits && run->plan.global_batch() >= *largest_useful_batch) point.binds = "batch";
  }
}

Scaling scaling_of(const ScaleSpec& spec, const std::vector<PointOutcome>& outcomes) {
  Scaling scaling;
  scaling.mode = spec.mode;
  std::vector<CurvePoint> curve;
  double first_rate_per_chip = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    ScalePoint point{spec.chips[i], outcomes[i], std::nullopt, std::nullopt, {}, {}};
    point.binds = binding_of(point, scaling.points);
    const auto* run = std::get_if<run::RunResult>(&outcomes[i]);
    if (run != nullptr && run->memory.fits()) {
      curve.push_back(curve_point(*run));
      const double rate_per_chip = run->step.examples_per_second / run->setup.chips;
      if (curve.size() == 1) first_rate_per_chip = rate_per_chip;
      point.efficiency = rate_per_chip / first_rate_per_chip;
      if (curve.size() > 1) point.gain = gain_between(curve[curve.size() - 2], curve.back());
    }
    scaling.points.push_back(std::move(point));
  }
  scaling.knee = find_knee(curve, spec.least_gain);
  scaling.limits = limits_of(curve);
  return scaling;
}

Scaling scale(const catalog::Catalog& catalog, const ScaleSpec& spec) {
  Resolver resolver(catalog);
  ResolvedRun resolved = resolver.resolve(spec.run);
  const int64_t first_batch = spec.run.plan.global_batch.value_or(resolved.request.workload.training.global_batch);
  const std::vector<PreparedRun> runs = points_of(resolver, spec, first_batch);
  std::vector<RunSpec> points;
  for (const PreparedRun& point : runs) points.push_back(point.spec);
  SimulateOptions options;
  options.block = points.size();
  options.run = run::run_all_with_elasticities;
  const std::vector<PointOutcome> outcomes = simulate(catalog, points, options);
  check_outcomes(spec, outcomes);
  Scaling scaling = scaling_of(spec, outcomes);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    scaling.points[i].to_fit = runs[i].to_fit;
    scaling.points[i].layout = runs[i].layout;
  }
  limit_batch(scaling, run::largest_useful_batch(resolved.request.workload, spec.least_gain));
  scaling.inputs = std::move(resolved.inputs);
  return scaling;
}

}  // namespace podsim::study
