#include "study/answer/compare.hpp"

#include "catalog/text/decimal.hpp"
#include "catalog/text/error.hpp"
#include "catalog/yaml/place.hpp"
#include "study/layouts/prepared_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace podsim::study {
namespace {

std::optional<double> on_demand_usd(const run::RunResult& run) {
  const auto cost = run.cost_usd.find("on_demand");
  return cost == run.cost_usd.end() ? std::nullopt : std::optional(cost->second);
}

/// Index of the ranked point with the least `value`.
template <typename Value>
std::optional<std::size_t> least(const std::vector<ComparePoint>& points, Value value) {
  std::optional<std::size_t> best;
  std::optional<double> lowest;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (!points[i].ranked()) continue;
    const std::optional<double> here = value(*points[i].result());
    if (!here || (lowest && *here >= *lowest)) continue;
    lowest = here;
    best = i;
  }
  return best;
}

void require_one_result(const CompareSpec& spec, const std::vector<PointOutcome>& outcomes) {
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (const auto* failed = std::get_if<FailedRun>(&outcomes[i])) {
      throw std::runtime_error(
          fmt::format("the simulation on {} failed: {}", spec.machines[i].platform, failed->reason));
    }
  }
  const auto runs = [](const PointOutcome& outcome) { return std::holds_alternative<run::RunResult>(outcome); };
  if (std::any_of(outcomes.begin(), outcomes.end(), runs)) return;
  throw catalog::InputError(fmt::format("none of the machines can run it; the first is {}: {}",
                                        spec.machines.front().platform, reason_of(outcomes.front())));
}

}  // namespace

Machine parse_machine(const std::string& text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) return {text, std::nullopt};
  Machine machine{text.substr(0, colon), catalog::parse_whole(std::string_view(text).substr(colon + 1), 1, kMaxChips)};
  if (machine.platform.empty() || !machine.chips) {
    catalog::fail_file(catalog::shortened(text), "is not PLATFORM:CHIPS",
                       fmt::format("give a platform and 1 to {} chips, for example dgx-1v:8", kMaxChips));
  }
  return machine;
}

Comparison comparison_of(const std::string& workload, const std::vector<Machine>& machines,
                         const std::vector<PointOutcome>& outcomes) {
  Comparison comparison;
  comparison.workload = workload;
  for (std::size_t i = 0; i < machines.size(); ++i) comparison.points.push_back({machines[i], outcomes[i], "", ""});
  comparison.fastest = least(comparison.points, [](const auto& run) { return std::optional(run.wall.seconds.value); });
  comparison.cheapest = least(comparison.points, on_demand_usd);
  return comparison;
}

Comparison compare(const catalog::Catalog& catalog, const CompareSpec& spec) {
  auto workload = catalog.workload(spec.run.workload, spec.run.overrides);
  std::vector<catalog::InputText> inputs = std::move(workload.inputs);
  std::vector<RunSpec> points;
  std::vector<std::string> fittings;
  std::vector<std::string> layouts;
  Resolver resolver(catalog);
  for (const Machine& machine : spec.machines) {
    auto platform = catalog.platform(machine.platform);
    std::move(platform.inputs.begin(), platform.inputs.end(), std::back_inserter(inputs));
    RunSpec point = spec.run;
    point.platform = machine.platform;
    point.chips = machine.chips;
    PreparedRun run = prepared(resolver, std::move(point));
    points.push_back(std::move(run.spec));
    fittings.push_back(std::move(run.to_fit));
    layouts.push_back(std::move(run.layout));
  }
  SimulateOptions options;
  options.block = points.size();
  const std::vector<PointOutcome> outcomes = simulate(catalog, points, options);
  require_one_result(spec, outcomes);
  Comparison comparison = comparison_of(workload.value.name, spec.machines, outcomes);
  for (std::size_t i = 0; i < fittings.size(); ++i) {
    comparison.points[i].to_fit = std::move(fittings[i]);
    comparison.points[i].layout = std::move(layouts[i]);
  }
  comparison.inputs = std::move(inputs);
  return comparison;
}

}  // namespace podsim::study
