#include "study/layouts/collective_times.hpp"

#include "collective/bound.hpp"
#include "collective/collectives.hpp"
#include "parallel/plan/fold.hpp"
#include "step/collective_run.hpp"
#include "study/point/worker_pool.hpp"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace podsim::study {
namespace {

constexpr double kLargeBytes = 1e9;         // of which a bound is taken
constexpr double kBelowFolding = 1 - 1e-6;  // folds of the same nodes agree to within that
constexpr double kAsked = -1;

}  // namespace

void CollectiveTimes::begin(const parallel::Plan& plan) {
  mesh_ = plan.mesh();
  times_ = nullptr;
  if (std::holds_alternative<catalog::Torus>(request_.platform.interconnect)) return;
  if (plan.degrees.pipeline > 1 && mesh_->stage_stride() % plan.ranks_per_node != 0) return;
  const platform::NodeFold fold = parallel::fold_of(plan, request_.platform, slice_).nodes;
  times_ = &known_[{fold.stride, fold.count}];
}

double CollectiveTimes::bound(const collective::Demand& demand) {
  collective::Demand large = demand;
  large.bytes = kLargeBytes;
  auto found = bounds_.find(large);
  if (found == bounds_.end()) {
    found = bounds_.emplace(large, collective::bound_seconds(request_.platform, slice_, large) / kLargeBytes).first;
  }
  return found->second * demand.bytes;
}

/// `first`: the same by the first stages, of which all are shifted by whole nodes.
double CollectiveTimes::seconds(const collective::Demand& demand, const collective::Demand& first) {
  if (times_ == nullptr) return bound(demand);
  const auto known = times_->find(first);
  if (known != times_->end() && known->second >= 0) return known->second;
  const double least = bound(first);  // refuses a group that does not lie alike on the nodes
  times_->try_emplace(first, kAsked);
  return least;
}

double CollectiveTimes::seconds(collective::Operation operation, const collective::Group& group, int stage,
                                double bytes) {
  if (group.size == 1 || bytes <= 0) return 0;
  collective::Demand demand{.operation = operation, .group = group, .bytes = bytes, .place = mesh_->stage(stage)};
  collective::Demand first = demand;
  first.place = mesh_->stage(0);
  return seconds(demand, first);
}

double CollectiveTimes::bound_seconds(collective::Operation operation, const collective::Group& group, int stage,
                                      double bytes) {
  if (group.size == 1 || bytes <= 0) return 0;
  return bound({.operation = operation, .group = group, .bytes = bytes, .place = mesh_->stage(stage)});
}

double CollectiveTimes::send_seconds(int from, int to, double bytes) {
  const auto send = [&](int one, int other) {
    return collective::Demand{.operation = collective::Operation::send,
                              .group = mesh_->hop(one, other),
                              .bytes = bytes,
                              .place = mesh_->stage(one)};
  };
  return seconds(send(from, to), to > from ? send(0, 1) : send(1, 0));
}

std::string CollectiveTimes::simulated(const FoldKey& fold, const std::vector<collective::Demand>& demands) const {
  const collective::Collectives planned =
      collective::plan_collectives(request_.platform, slice_, request_.stack.library, demands,
                                   platform::NodeFold{.stride = fold.first, .count = fold.second});
  std::vector<step::TimedCollective> timed;
  for (const collective::Demand& demand : demands) timed.push_back({planned.schedule(demand), demand.bytes});
  std::vector<double> seconds;
  for (const step::CollectiveTime& time : step::simulate_collectives(planned.network, timed)) {
    seconds.push_back(time.seconds);
  }
  std::string text(seconds.size() * sizeof(double), '\0');
  std::memcpy(text.data(), seconds.data(), text.size());
  return text;
}

void CollectiveTimes::find_out(int workers) {
  struct Question {
    FoldKey fold;
    std::vector<collective::Demand> demands;
  };
  std::vector<Question> questions;
  for (const auto& [fold, times] : known_) {
    Question question{fold, {}};
    for (const auto& [demand, seconds] : times) {
      if (seconds < 0) question.demands.push_back(demand);
    }
    if (!question.demands.empty()) questions.push_back(std::move(question));
  }
  std::size_t next = 0;
  const auto source = [&]() -> std::optional<Job> {
    if (next == questions.size()) return std::nullopt;
    const Question& question = questions[next++];
    return [this, &question] { return simulated(question.fold, question.demands); };
  };
  run_jobs(source, {.workers = workers}, [&](std::size_t job, const JobResult& result) {
    if (result.failure) throw std::runtime_error(*result.failure);
    const Question& question = questions[job];
    for (std::size_t i = 0; i < question.demands.size(); ++i) {
      double seconds = 0;
      std::memcpy(&seconds, result.output.data() + i * sizeof(double), sizeof(double));
      known_[question.fold][question.demands[i]] = seconds * kBelowFolding;
    }
  });
}

}  // namespace podsim::study
