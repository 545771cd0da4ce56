#pragma once

#include "catalog/lookup/catalog.hpp"
#include "run/run.hpp"
#include "study/answer/candidates.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace podsim::study {

/// What is looked for.
struct PlanQuery {
  std::string workload;
  std::vector<std::string> platforms;  ///< empty: all of the catalogue
  std::vector<catalog::Override> overrides;
  std::vector<int64_t> batches;  ///< empty: see batches_of
  std::string price_kind = "on_demand";
  std::optional<double> deadline_hours;
  std::optional<double> budget_usd;
};

struct PlanOptions {
  int workers = 1;    ///< processes at a time
  bool prune = true;  ///< false: every candidate is simulated
  std::function<void(std::size_t settled, std::size_t candidates)> progress = [](std::size_t, std::size_t) {};
};

/// A simulated candidate and its price.
struct PlannedRun {
  run::RunResult run;
  double hours = 0;
  double usd = 0;
  std::string to_fit{};  ///< what was chosen so that it fits into memory (run/fitting.hpp)
};

/// A platform that has no candidate, and why.
struct LeftOut {
  std::string platform;
  std::string reason;
};

/// Whose prices a platform has, and of which month: dollars of different lists are not those of one day.
struct PriceList {
  std::string provider;  ///< may be empty
  std::string date;      ///< "2019-06"
};

struct RunPlan {
  PlanQuery query;
  std::map<std::string, PriceList> price_lists;  ///< by the name of the platform
  std::vector<PlannedRun> front;                 ///< none is both slower and dearer than another; fastest first
  std::optional<PlannedRun> best;      ///< with a deadline the cheapest in time, with a budget the fastest within it
  std::vector<PlannedRun> runners_up;  ///< the best of the other platforms, in the same order
  std::vector<LeftOut> left_out;
  std::size_t candidates = 0;
  std::size_t simulated = 0;
  int64_t unfit = 0;
  std::vector<catalog::InputText> inputs;
};

/// Simulates what can be on the front of its platform and leaves out what cannot: a candidate whose least
/// hours and dollars are both more than those of a simulated one. The answer is that of simulating all.
/// Throws InputError where no platform has a candidate.
RunPlan plan(const catalog::Catalog& catalog, const PlanQuery& query, const PlanOptions& options);

/// Whether a run holds the limits of a question, and whether it is the better answer: without a limit the cheaper is.
bool is_allowed(const PlanQuery& query, const PlannedRun& run);
bool is_better(const PlanQuery& query, const PlannedRun& one, const PlannedRun& other);

/// Of these runs those that no other one beats in both hours and dollars, fastest first.
std::vector<PlannedRun> pareto_front(std::vector<PlannedRun> runs);

}  // namespace podsim::study
