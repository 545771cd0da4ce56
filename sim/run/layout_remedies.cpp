#include "run/layout_remedies.hpp"

#include "parallel/plan/plan_keys.hpp"
#include "platform/impossible.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace podsim::run {
namespace {

constexpr size_t kMostNamed = 2;
constexpr int kMostTried = 24;  ///< so that a misfit costs no more than a run

/// A choice with its cost: each doubling of a degree, and each other change, counts once.
struct Candidate {
  parallel::PlanChoice choice;
  int changes = 0;
};

/// Weights, gradients and states of the whole model, which no layout makes fewer.
struct WholeStates {
  double weights_bytes = 0;
  double gradients_bytes = 0;
  double optimizer_bytes = 0;
};

WholeStates whole_states(const Layout& layout) {
  const parallel::Plan& plan = layout.plan;
  const double cuts = static_cast<double>(plan.degrees.tensor) * plan.degrees.pipeline;
  const double shards = plan.update_shards;
  return {.weights_bytes = layout.memory.weights_bytes * cuts * (plan.zero >= 3 ? shards : 1),
          .gradients_bytes = layout.memory.gradients_bytes * cuts * (plan.zero >= 2 ? shards : 1),
          .optimizer_bytes = layout.memory.optimizer_bytes * cuts * shards};
}

/// About the least that a rank has of them: stages differ, by less than half.
double least_bytes(const WholeStates& states, const parallel::PlanChoice& choice, const parallel::Plan& plan) {
  constexpr double kSmallestStage = 0.5;
  const double cuts = static_cast<double>(choice.tensor.value_or(1) * choice.pipeline.value_or(1));
  const double replicas = std::max(1.0, plan.ranks / cuts);
  const int64_t zero = choice.zero.value_or(plan.zero);
  const double bytes = states.weights_bytes / (zero >= 3 ? replicas : 1) +
                       states.gradients_bytes / (zero >= 2 ? replicas : 1) +
                       states.optimizer_bytes / (zero >= 1 ? replicas : 1);
  return kSmallestStage * bytes / cuts;
}

std::vector<int> doublings(int from, int most) {
  std::vector<int> values;
  for (int64_t value = from; value <= most; value *= 2) values.push_back(static_cast<int>(value));
  return values;
}

std::vector<Candidate> candidates(const RunRequest& request, const parallel::Plan& plan) {
  const parallel::Degrees& degrees = plan.degrees;
  const auto* model = std::get_if<catalog::Transformer>(&request.workload.model);
  const bool experts = model != nullptr && model->experts.has_value();
  const int most_tensor = std::max(degrees.tensor, std::min(plan.ranks_per_node, plan.ranks));
  std::vector<Candidate> all;
  const std::array<int64_t, 3> zeros = {plan.zero, 1, 3};
  const std::vector<int> tensors = doublings(degrees.tensor, most_tensor);
  for (size_t i = 0; i < tensors.size(); ++i) {
    const std::vector<int> stages = doublings(degrees.pipeline, plan.ranks / tensors[i] / degrees.context);
    for (size_t j = 0; j < stages.size(); ++j) {
      for (const int64_t& zero : zeros) {
        if (zero < plan.zero || (zero == plan.zero && &zero != &zeros.front()) || (zero == 3 && stages[j] > 1))
          continue;
        for (const bool again : {false, true}) {
          Candidate candidate{request.plan, static_cast<int>(i + j) + (zero != plan.zero) + again};
          if (again && plan.recompute == catalog::Recompute::full) continue;
          if (i > 0) candidate.choice.tensor = tensors[i];
          if (i > 0 && experts) candidate.choice.sequence_parallel = 1;
          if (j > 0) candidate.choice.pipeline = stages[j];
          if (j > 0) candidate.choice.split = {};
          if (zero != plan.zero) candidate.choice.zero = zero;
          if (again) candidate.choice.recompute = catalog::Recompute::full;
          candidate.choice.global_batch = plan.batch.global;
          if (candidate.changes > 0 && (i > 0 || j > 0 || zero == 3)) all.push_back(std::move(candidate));
        }
      }
    }
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const Candidate& one, const Candidate& other) { return one.changes < other.changes; });
  return all;
}

/// The options that a choice has and another has not.
std::string options_of(const parallel::PlanChoice& choice, const parallel::PlanChoice& before) {
  std::string text;
  for (const parallel::PlanKey& key : parallel::plan_keys()) {
    const auto value = parallel::value_of(key, choice);
    if (!value || key.name == "batch" || value == parallel::value_of(key, before)) continue;
    text += (text.empty() ? "" : " ") + parallel::option_of(key);
    if (!std::holds_alternative<bool>(*value)) text += " " + parallel::text_of(*value);
  }
  return text;
}

}  // namespace

std::vector<std::string> fitting_layouts(const RunRequest& request, const Layout& layout) {
  if (!std::holds_alternative<catalog::Transformer>(request.workload.model)) return {};
  std::vector<std::string> named;
  int tried = 0;
  const WholeStates states = whole_states(layout);
  for (const Candidate& candidate : candidates(request, layout.plan)) {
    if (least_bytes(states, candidate.choice, layout.plan) > layout.memory.capacity_bytes) continue;
    if (named.size() == kMostNamed || ++tried > kMostTried) break;
    RunRequest attempt = request;
    attempt.plan = candidate.choice;
    try {
      if (lay_out_memory(attempt).memory.fits()) named.push_back(options_of(candidate.choice, request.plan));
    } catch (const catalog::InputError&) {
      continue;  // a degree that the model or the schedule does not have
    }
  }
  return named;
}

}  // namespace podsim::run
