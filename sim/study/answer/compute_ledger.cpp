#include "study/answer/compute_ledger.hpp"

#include "catalog/text/units.hpp"
#include "run/account/convergence.hpp"
#include "study/point/simulate.hpp"
#include "workload/models/expand.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace podsim::study {
namespace {

constexpr double kOperationsPerMultiplyAdd = 2;

LedgerEntry counted_entry(const catalog::LedgerRow& row) {
  LedgerEntry entry;
  entry.row = row;
  entry.era = era_of(row.month);
  if (row.counted) {
    entry.method_1_flops = row.counted->multiply_adds_per_example * kOperationsPerMultiplyAdd * row.counted->passes *
                           row.counted->examples;
  }
  if (row.machine) {
    entry.method_2_flops = row.machine->chips * row.machine->days * catalog::kDay * row.machine->peak_flops_per_second *
                           row.machine->utilisation * row.machine->factor;
  }
  return entry;
}

/// Workloads of the catalogue that no row names.
std::vector<LedgerEntry> undated_entries(const catalog::Catalog& catalog, const catalog::Ledger& ledger) {
  std::vector<LedgerEntry> entries;
  for (const catalog::Entry& workload : catalog.list(catalog::EntryKind::workload)) {
    const auto named = [&](const catalog::LedgerRow& row) { return row.run && row.run->workload == workload.name; };
    if (std::any_of(ledger.rows.begin(), ledger.rows.end(), named)) continue;
    LedgerEntry entry;
    entry.row.name = workload.name;
    entry.era = era_of(std::nullopt);
    entry.podsim_flops = recipe_flops(catalog.workload(workload.name).value);
    entries.push_back(std::move(entry));
  }
  return entries;
}

/// The recipe's run on the machine of the row; a batch is never raised.
RunSpec spec_of(const catalog::LedgerRun& run) {
  RunSpec spec;
  spec.workload = run.workload;
  spec.platform = run.platform;
  spec.chips = run.chips;
  return spec;
}

void add_simulations(const catalog::Catalog& catalog, std::vector<LedgerEntry>& entries) {
  std::vector<RunSpec> points;
  std::vector<LedgerEntry*> simulated;
  for (LedgerEntry& entry : entries) {
    if (!entry.row.run) continue;
    entry.platform = entry.row.run->platform;
    entry.podsim_flops = recipe_flops(catalog.workload(entry.row.run->workload).value);
    points.push_back(spec_of(*entry.row.run));
    simulated.push_back(&entry);
  }
  SimulateOptions options;
  options.block = points.size();
  const std::vector<PointOutcome> outcomes = simulate(catalog, points, options);
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (const auto* run = std::get_if<run::RunResult>(&outcomes[i])) {
      simulated[i]->utilisation = run->step.mfu;
      simulated[i]->simulated_hours = run->wall.seconds.value / catalog::kHour;
    } else {
      simulated[i]->reason = short_reason_of(outcomes[i]);
    }
  }
}

const LedgerEntry& entry_named(const std::vector<LedgerEntry>& entries, const std::string& name) {
  return *std::find_if(entries.begin(), entries.end(),
                       [&](const LedgerEntry& entry) { return entry.row.name == name; });
}

}  // namespace

std::string era_of(std::optional<int> month) {
  if (!month) return "undated";
  if (*month < 12 * 2012) return "before 2012: GPUs are rare";
  if (*month < 12 * 2014 + 6) return "2012 to mid-2014: one to eight GPUs";
  if (*month < 12 * 2016 + 6) return "mid-2014 to mid-2016: ten to a hundred GPUs";
  if (*month < 12 * 2018) return "mid-2016 to 2017: large batches, search, self-play, TPUs";
  return "from 2018: after the article";
}

double doubling_months(const std::vector<double>& months, const std::vector<double>& values) {
  const auto count = static_cast<double>(months.size());
  const double mean_month = std::accumulate(months.begin(), months.end(), 0.0) / count;
  double mean_log = 0;
  for (const double value : values) mean_log += std::log2(value) / count;
  double covariance = 0;
  double variance = 0;
  for (std::size_t i = 0; i < months.size(); ++i) {
    covariance += (months[i] - mean_month) * (std::log2(values[i]) - mean_log);
    variance += (months[i] - mean_month) * (months[i] - mean_month);
  }
  return variance / covariance;
}

Growth fit_growth(const catalog::PublishedGrowth& published, std::vector<LedgerEntry>& entries) {
  const LedgerEntry& first = entry_named(entries, published.from);
  const LedgerEntry& last = entry_named(entries, published.to);
  std::vector<double> months;
  std::vector<double> values;
  double highest = 0;
  for (LedgerEntry& entry : entries) {
    const bool between = entry.row.month >= first.row.month && entry.row.month <= last.row.month;
    if (!between || !entry.row.published_flops || entry.row.published_is_limit) continue;
    if (*entry.row.published_flops <= highest) continue;
    highest = *entry.row.published_flops;
    entry.frontier = true;
    months.push_back(entry.row.month);
    values.push_back(highest);
  }
  Growth growth;
  growth.factor = *last.row.published_flops / *first.row.published_flops;
  growth.months = last.row.month - first.row.month;
  growth.doubling_months = doubling_months(months, values);
  growth.two_point_doubling_months = growth.months / std::log2(growth.factor);
  return growth;
}

double recipe_flops(const catalog::Workload& workload) {
  const catalog::Training& training = workload.training;
  const auto batch = static_cast<double>(training.global_batch);
  const double examples = run::examples_to_target(workload, batch);
  const double steps = examples / (batch * training.mean_batch_factor());
  double flops = 0;
  for (const catalog::TrainingPhase& phase : training.phases) {
    const workload::Graph graph = workload::expand(workload, phase, 1, catalog::Stack{});
    flops += phase.share_of_steps * steps * batch * static_cast<double>(phase.batch_factor) * graph.model_flops();
  }
  return flops;
}

ComputeLedger compute_ledger(const catalog::Catalog& catalog) {
  ComputeLedger result;
  result.ledger = catalog.ledger("ai-and-compute").value;
  for (const catalog::LedgerRow& row : result.ledger.rows) result.entries.push_back(counted_entry(row));
  result.growth = fit_growth(result.ledger.growth, result.entries);
  add_simulations(catalog, result.entries);
  for (LedgerEntry& entry : undated_entries(catalog, result.ledger)) result.entries.push_back(std::move(entry));
  return result;
}

}  // namespace podsim::study
