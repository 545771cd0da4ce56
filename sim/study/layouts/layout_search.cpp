#include "study/layouts/layout_search.hpp"

#include "platform/slice.hpp"
#include "study/point/simulate.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

namespace podsim::study {
namespace {

constexpr std::size_t kFirstRound = 8;
constexpr std::size_t kLargestRound = 64;
constexpr std::size_t kLayoutsABlock = 4;
constexpr double kNever = std::numeric_limits<double>::infinity();

/// The request of one layout, as the search simulates it: its steps, and nothing that all layouts have in common.
run::RunRequest request_with(const run::RunRequest& base, const parallel::PlanChoice& choice) {
  run::RunRequest request = base;
  request.plan = choice;
  request.with_baseline = false;
  request.timeline = false;
  return request;
}

bool same_but_order(parallel::PlanChoice one, const parallel::PlanChoice& other) {
  one.order = other.order;
  return one == other;
}

std::vector<PointOutcome> simulate_layouts(const run::RunRequest& base,
                                           const std::vector<parallel::PlanChoice>& choices, bool faults, int workers) {
  SimulateOptions options;
  options.block = kLayoutsABlock;
  options.workers = workers;
  return simulate_blocks(choices.size(), options, [&](const std::vector<std::size_t>& places) {
    std::vector<run::RunRequest> requests;
    for (const std::size_t place : places) {
      requests.push_back(request_with(base, choices[place]));
      requests.back().faults = faults;
    }
    std::vector<PointOutcome> outcomes;
    for (run::Outcome& outcome : run::run_all(requests)) {
      std::visit([&](auto& value) { outcomes.emplace_back(std::move(value)); }, outcome);
    }
    return outcomes;
  });
}

/// Simulates candidates in the order of their floors, until no other can be among the best.
class Search {
 public:
  Search(const run::RunRequest& base, const LayoutSearchOptions& options, LayoutCandidates found)
      : base_(base), options_(options), found_(std::move(found)), seconds_(found_.fitting.size(), kNever) {
    order_.resize(found_.fitting.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(), [&](std::size_t one, std::size_t other) {
      return found_.fitting[one].floor_seconds < found_.fitting[other].floor_seconds;
    });
  }

  LayoutSearch answer() {
    std::size_t next = 0;
    for (std::size_t round = kFirstRound; next < order_.size(); round = std::min(2 * round, kLargestRound)) {
      std::size_t end = next;
      while (end < order_.size() && end < next + round && !is_beaten(order_[end])) ++end;
      if (end == next) break;
      simulate(next, end);
      next = end;
      options_.progress(next, order_.size());
    }
    options_.progress(order_.size(), order_.size());
    return told(next);
  }

 private:
  /// Whether as many as are told take less than this one at least does.
  bool is_beaten(std::size_t candidate) const {
    return options_.prune && best_.size() == options_.top &&
           found_.fitting[candidate].floor_seconds > best_.back().first;
  }

  void simulate(std::size_t first, std::size_t end) {
    std::vector<parallel::PlanChoice> choices;
    for (std::size_t i = first; i < end; ++i) choices.push_back(found_.fitting[order_[i]].choice);
    const auto outcomes = simulate_layouts(base_, choices, false, options_.workers);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (const auto* failed = std::get_if<FailedRun>(&outcomes[i])) throw std::runtime_error(failed->reason);
      const auto* run = std::get_if<run::RunResult>(&outcomes[i]);
      if (run != nullptr) take(order_[first + i], run->step.seconds.value);
    }
  }

  /// Of layouts that differ in their order alone the faster one is told.
  void take(std::size_t candidate, double seconds) {
    seconds_[candidate] = seconds;
    const std::pair entry{seconds, candidate};
    const auto same = std::find_if(best_.begin(), best_.end(), [&](const auto& known) {
      return same_but_order(found_.fitting[known.second].choice, found_.fitting[candidate].choice);
    });
    if (same != best_.end() && *same < entry) return;
    if (same != best_.end()) best_.erase(same);
    best_.insert(std::upper_bound(best_.begin(), best_.end(), entry), entry);
    if (best_.size() > options_.top) best_.pop_back();
  }

  LayoutSearch told(std::size_t simulated) const {
    LayoutSearch search{.considered = found_.considered,
                        .illegal = found_.illegal,
                        .unfit = found_.unfit,
                        .bounded_away = order_.size() - simulated,
                        .simulated = simulated,
                        .best = {},
                        .families = {},
                        .nearest = found_.nearest,
                        .first_rule = found_.first_rule};
    std::vector<parallel::PlanChoice> choices;
    for (const auto& [seconds, candidate] : best_) choices.push_back(found_.fitting[candidate].choice);
    auto outcomes = simulate_layouts(base_, choices, true, options_.workers);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
      if (const auto* failed = std::get_if<FailedRun>(&outcomes[i])) throw std::runtime_error(failed->reason);
      search.best.push_back({choices[i], std::get<run::RunResult>(std::move(outcomes[i])),
                             found_.fitting[best_[i].second].floor_seconds});
    }
    for (const LayoutFamily& family : found_.families) {
      if (best_.empty() || !family.holds(found_.fitting[best_.front().second].choice)) {
        search.families.push_back(answer_of(family));
      }
    }
    return search;
  }

  FamilyAnswer answer_of(const LayoutFamily& family) const {
    FamilyAnswer answer{.name = family.name,
                        .legal = family.legal,
                        .fitting = family.fitting,
                        .step_seconds = {},
                        .at_least = false,
                        .nearest = family.fitting == 0 ? family.nearest : std::nullopt,
                        .rule = family.legal == 0 ? family.first_rule : ""};
    double fastest = kNever;
    double least = kNever;
    for (std::size_t i = 0; i < found_.fitting.size(); ++i) {
      if (!family.holds(found_.fitting[i].choice)) continue;
      if (seconds_[i] < kNever) {
        fastest = std::min(fastest, seconds_[i]);
      } else {
        least = std::min(least, found_.fitting[i].floor_seconds);
      }
    }
    if (std::min(fastest, least) < kNever) {
      answer.step_seconds = std::min(fastest, least);
      answer.at_least = least < fastest;
    }
    return answer;
  }

  const run::RunRequest& base_;
  const LayoutSearchOptions& options_;
  LayoutCandidates found_;
  std::vector<std::size_t> order_;  ///< of the candidates, by their floors
  std::vector<double> seconds_;     ///< of a step, by candidate; infinite where it was not simulated
  std::vector<std::pair<double, std::size_t>> best_;
};

}  // namespace

LayoutSearch search_layouts(const run::RunRequest& request, const LayoutSearchOptions& options) {
  const platform::Slice slice = platform::choose_slice(request.platform, request.chips, request.slice);
  run::RunRequest base = request;
  if (!base.plan.global_batch) base.plan.global_batch = base.workload.training.global_batch;
  base.plan.raise_batch = false;
  base.full = false;  // the same times, and sooner
  return Search(base, options, layout_candidates(base, slice, options.workers)).answer();
}

}  // namespace podsim::study
