#include "study/answer/candidates.hpp"

#include "catalog/text/units.hpp"
#include "platform/impossible.hpp"
#include "run/account/convergence.hpp"
#include "run/fitting.hpp"
#include "run/floor.hpp"
#include "study/answer/sizes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

namespace podsim::study {
namespace {

constexpr int kFewestBatchHalvings = 6;
constexpr int kMostBatchDoublings = 8;
constexpr double kLeastBatchGain = 1.1;

void add_candidate(PlatformCandidates& all, run::RunRequest request, const std::string& price_kind) {
  auto fitting = run::lay_out_fitting(request);
  if (!fitting) {
    ++all.unfit;
    return;
  }
  const run::RunFloor floor = run::run_floor(request, fitting->layout);
  const auto usd = floor.cost_usd.find(price_kind);
  if (usd == floor.cost_usd.end()) return;
  all.candidates.push_back(
      {std::move(request), floor.wall_seconds / catalog::kHour, usd->second, std::move(fitting->words)});
}

std::vector<std::string> price_kinds(const catalog::Prices& prices) {
  std::vector<std::string> kinds;
  for (const auto& [kind, price] : prices.hourly) kinds.push_back(kind);
  if (prices.owned) kinds.emplace_back(catalog::kOwnedKind);
  return kinds;
}

std::string reason_for_none(const PlatformCandidates& all, const catalog::Platform& platform,
                            const std::string& price_kind) {
  const std::vector<std::string> kinds = price_kinds(platform.prices);
  if (std::find(kinds.begin(), kinds.end(), price_kind) == kinds.end()) {
    return fmt::format("has no price of the kind {}, only {}", price_kind, fmt::join(kinds, ", "));
  }
  if (all.unfit > 0) return "does not fit into memory, not even one example a rank with --zero 1 and --recompute full";
  return "no size divides the batch over its ranks";
}

}  // namespace

std::vector<int64_t> batches_of(const catalog::Workload& workload, const std::vector<int64_t>& asked) {
  if (!asked.empty()) return asked;
  const int64_t recipe = workload.training.global_batch;
  std::vector<int64_t> batches{recipe};
  if (workload.convergence.assumed) return batches;
  int64_t batch = recipe;
  for (int i = 0; i < kFewestBatchHalvings && batch % 2 == 0; ++i) {
    batch /= 2;
    if (run::law_holds(workload.convergence, static_cast<double>(batch))) batches.insert(batches.begin(), batch);
  }
  const int64_t last = run::largest_useful_batch(workload, kLeastBatchGain).value_or(recipe);
  for (int i = 1; i <= kMostBatchDoublings && (recipe << i) <= last; ++i) batches.push_back(recipe << i);
  return batches;
}

PlatformCandidates candidates_of(const run::RunRequest& base, const std::vector<int64_t>& batches,
                                 const std::string& price_kind) {
  PlatformCandidates all;
  all.platform = base.platform.name;
  for (const int64_t chips : sizes_of(base.platform)) {
    for (const int64_t batch : batches) {
      if (batch % (chips * base.platform.chip.ranks) != 0) continue;
      run::RunRequest request = base;
      request.chips = chips;
      request.plan.global_batch = batch;
      request.plan.raise_batch = false;
      request.with_baseline = false;
      try {
        add_candidate(all, std::move(request), price_kind);
      } catch (const platform::Impossible&) {
        continue;
      }
    }
  }
  if (all.candidates.empty()) all.reason = reason_for_none(all, base.platform, price_kind);
  return all;
}

}  // namespace podsim::study
