#include "study/answer/planner.hpp"

#include "catalog/text/error.hpp"
#include "catalog/text/units.hpp"
#include "study/point/resolver.hpp"
#include "study/point/simulate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <stdexcept>
#include <utility>

namespace podsim::study {
namespace {

constexpr std::size_t kCandidatesARound = 3;  ///< of each platform
constexpr std::size_t kCandidatesABlock = 8;

/// The search on one platform.
struct Search {
  std::vector<Candidate> waiting;  ///< most promising last
  std::vector<PlannedRun> done;
};

Search search_of(PlatformCandidates platform) {
  Search search{std::move(platform.candidates), {}};
  std::stable_sort(search.waiting.begin(), search.waiting.end(), [](const Candidate& a, const Candidate& b) {
    return a.least_hours * a.least_usd > b.least_hours * b.least_usd;
  });
  return search;
}

bool is_beaten(const Candidate& candidate, const std::vector<PlannedRun>& done) {
  return std::any_of(done.begin(), done.end(), [&](const PlannedRun& run) {
    return run.hours < candidate.least_hours && run.usd < candidate.least_usd;
  });
}

/// Candidates that are simulated side by side, each with the place of the search that it comes from.
struct Round {
  std::vector<Candidate> candidates;
  std::vector<std::size_t> searches;
};

Round next_round(std::vector<Search>& searches, bool prune) {
  Round round;
  for (std::size_t i = 0; i < searches.size(); ++i) {
    Search& search = searches[i];
    for (std::size_t taken = 0; taken < kCandidatesARound && !search.waiting.empty();) {
      Candidate candidate = std::move(search.waiting.back());
      search.waiting.pop_back();
      if (prune && is_beaten(candidate, search.done)) continue;
      round.candidates.push_back(std::move(candidate));
      round.searches.push_back(i);
      ++taken;
    }
  }
  return round;
}

/// Simulates a round.
std::vector<PointOutcome> simulate_round(const std::vector<Candidate>& round, int workers) {
  SimulateOptions options;
  options.block = kCandidatesABlock;
  options.workers = workers;
  return simulate_blocks(round.size(), options, [&](const std::vector<std::size_t>& places) {
    std::vector<run::RunRequest> requests;
    for (const std::size_t place : places) requests.push_back(round[place].request);
    std::vector<PointOutcome> outcomes;
    for (run::Outcome& outcome : run::run_all(requests)) {
      std::visit([&](auto& value) { outcomes.emplace_back(std::move(value)); }, outcome);
    }
    return outcomes;
  });
}

PlannedRun planned(run::RunResult run, const std::string& price_kind, const std::string& to_fit) {
  const double hours = run.wall.seconds.value / catalog::kHour;
  const double usd = run.cost_usd.at(price_kind);
  return {std::move(run), hours, usd, to_fit};
}

/// The best allowed run of each platform, the best of all first.
std::vector<PlannedRun> best_runs(const PlanQuery& query, const std::vector<Search>& searches) {
  std::vector<PlannedRun> best;
  for (const Search& search : searches) {
    const PlannedRun* chosen = nullptr;
    for (const PlannedRun& run : search.done) {
      if (is_allowed(query, run) && (chosen == nullptr || is_better(query, run, *chosen))) chosen = &run;
    }
    if (chosen != nullptr) best.push_back(*chosen);
  }
  std::stable_sort(best.begin(), best.end(),
                   [&](const PlannedRun& a, const PlannedRun& b) { return is_better(query, a, b); });
  return best;
}

std::vector<std::string> platform_names(const catalog::Catalog& catalog, const PlanQuery& query) {
  if (!query.platforms.empty()) return query.platforms;
  std::vector<std::string> names;
  for (const catalog::Entry& entry : catalog.list(catalog::EntryKind::platform)) names.push_back(entry.name);
  return names;
}

/// The request of a platform, or absent and a reason in `plan` where the catalogue has no stack for it.
std::optional<run::RunRequest> base_request(Resolver& resolver, const std::string& platform, RunPlan& plan) {
  RunSpec spec;
  spec.workload = plan.query.workload;
  spec.platform = platform;
  spec.overrides = plan.query.overrides;
  try {
    ResolvedRun resolved = resolver.resolve(spec);
    std::move(resolved.inputs.begin(), resolved.inputs.end(), std::back_inserter(plan.inputs));
    return std::move(resolved.request);
  } catch (const catalog::InputError& error) {
    if (!plan.query.platforms.empty()) throw;
    const std::string text = error.what();
    plan.left_out.push_back({platform, text.substr(0, text.find('\n'))});
    return std::nullopt;
  }
}

std::vector<Search> searches_of(const catalog::Catalog& catalog, RunPlan& plan) {
  Resolver resolver(catalog);
  std::vector<Search> searches;
  for (const std::string& name : platform_names(catalog, plan.query)) {
    const auto base = base_request(resolver, name, plan);
    if (!base) continue;
    plan.price_lists[base->platform.name] = {base->platform.prices.provider, base->platform.prices.date};
    PlatformCandidates found =
        candidates_of(*base, batches_of(base->workload, plan.query.batches), plan.query.price_kind);
    plan.unfit += found.unfit;
    plan.candidates += found.candidates.size();
    if (!found.reason.empty()) plan.left_out.push_back({name, found.reason});
    searches.push_back(search_of(std::move(found)));
  }
  return searches;
}

std::size_t waiting(const std::vector<Search>& searches) {
  std::size_t count = 0;
  for (const Search& search : searches) count += search.waiting.size();
  return count;
}

void take(std::vector<Search>& searches, const Round& round, std::vector<PointOutcome> outcomes,
          const PlanQuery& query) {
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    if (auto* failed = std::get_if<FailedRun>(&outcomes[i])) throw std::runtime_error(failed->reason);
    auto* run = std::get_if<run::RunResult>(&outcomes[i]);
    if (run == nullptr) continue;
    searches[round.searches[i]].done.push_back(planned(std::move(*run), query.price_kind, round.candidates[i].to_fit));
  }
}

}  // namespace

bool is_allowed(const PlanQuery& query, const PlannedRun& run) {
  return (!query.deadline_hours || run.hours <= *query.deadline_hours) &&
         (!query.budget_usd || run.usd <= *query.budget_usd);
}

bool is_better(const PlanQuery& query, const PlannedRun& one, const PlannedRun& other) {
  const bool fastest = query.budget_usd && !query.deadline_hours;
  if (fastest) return std::pair(one.hours, one.usd) < std::pair(other.hours, other.usd);
  return std::pair(one.usd, one.hours) < std::pair(other.usd, other.hours);
}

std::vector<PlannedRun> pareto_front(std::vector<PlannedRun> runs) {
  std::stable_sort(runs.begin(), runs.end(), [](const PlannedRun& a, const PlannedRun& b) {
    return std::pair(a.hours, a.usd) < std::pair(b.hours, b.usd);
  });
  std::vector<PlannedRun> front;
  for (PlannedRun& run : runs) {
    if (front.empty() || run.usd < front.back().usd) front.push_back(std::move(run));
  }
  return front;
}

RunPlan plan(const catalog::Catalog& catalog, const PlanQuery& query, const PlanOptions& options) {
  RunPlan plan;
  plan.query = query;
  std::vector<Search> searches = searches_of(catalog, plan);
  if (plan.candidates == 0) {
    const LeftOut none{"no platform", "nothing to choose from"};
    const LeftOut& first = plan.left_out.empty() ? none : plan.left_out.front();
    throw catalog::InputError(
        fmt::format("no platform can run {}; the first is {}: {}\n  way out: take another "
                    "platform, --batch or --price",
                    query.workload, first.platform, first.reason));
  }
  while (true) {
    const Round round = next_round(searches, options.prune);
    if (round.candidates.empty()) break;
    plan.simulated += round.candidates.size();
    take(searches, round, simulate_round(round.candidates, options.workers), query);
    options.progress(plan.candidates - waiting(searches), plan.candidates);
  }
  std::vector<PlannedRun> all;
  for (const Search& search : searches) all.insert(all.end(), search.done.begin(), search.done.end());
  plan.front = pareto_front(std::move(all));
  plan.runners_up = best_runs(query, searches);
  if (!plan.runners_up.empty()) {
    plan.best = std::move(plan.runners_up.front());
    plan.runners_up.erase(plan.runners_up.begin());
  }
  return plan;
}

}  // namespace podsim::study
