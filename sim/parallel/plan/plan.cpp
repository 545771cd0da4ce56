#include "parallel/plan/plan.hpp"

#include "platform/impossible.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::parallel {
namespace {

int64_t chosen_batch(const catalog::Workload& workload, int ranks, const PlanChoice& choice, Plan& plan) {
  const int64_t recipe = workload.training.global_batch;
  if (choice.global_batch || recipe >= ranks || !choice.raise_batch) return choice.global_batch.value_or(recipe);
  plan.notes.push_back(
      fmt::format("batch raised from the recipe's {} to {}: one example for each of {} ranks", recipe, ranks, ranks));
  return ranks;
}

void require_whole_batch(int64_t batch, bool asked, int ranks, const std::string& slice) {
  if (batch % ranks == 0) return;
  const int64_t below = batch / ranks * ranks;
  const std::string nearest = below > 0 ? fmt::format("{} or {}", below, below + ranks)
                                        : fmt::format("{} or more, in multiples of {}", ranks, ranks);
  throw platform::Impossible(fmt::format("{} {}: does not divide over the {} ranks of {}\n  way out: take --batch {}",
                                         asked ? "--batch" : "the recipe's batch of", batch, ranks, slice, nearest));
}

void require_whole_micro_batch(int64_t micro_batch, int64_t local_batch) {
  if (micro_batch >= 1 && local_batch % micro_batch == 0) return;
  int64_t below = std::clamp<int64_t>(micro_batch, 1, local_batch);
  while (local_batch % below != 0) --below;
  throw platform::Impossible(
      fmt::format("--micro-batch {}: does not divide the {} examples of a rank\n  way out: take {}", micro_batch,
                  local_batch, below));
}

BatchShape batch_shape(int64_t batch, int ranks, const PlanChoice& choice, const platform::Slice& slice) {
  require_whole_batch(batch, choice.global_batch.has_value(), ranks,
                      fmt::format("{} chips ({})", slice.chips, slice.label));
  const int64_t local = batch / ranks;
  const int64_t micro = choice.micro_batch.value_or(local);
  require_whole_micro_batch(micro, local);
  return {.global = batch, .local = local, .micro = micro, .passes = local / micro};
}

void add_notes(Plan& plan) {
  if (plan.recompute == catalog::Recompute::full) {
    plan.notes.emplace_back("the backward pass computes every block again from its input");
  } else if (plan.recompute == catalog::Recompute::selective) {
    plan.notes.emplace_back("the backward pass computes the attention core again");
  }
  if (plan.update_shards > 1)
    plan.notes.emplace_back("the ranks share the optimizer: each updates its part of the weights");
}

}  // namespace

BatchShape Plan::batch_of(const catalog::TrainingPhase& phase) const {
  const int64_t factor = phase.batch_factor;
  return {.global = batch.global * factor,
          .local = batch.local * factor,
          .micro = batch.micro * factor,
          .passes = batch.passes};
}

Plan make_plan(const catalog::Workload& workload, const catalog::Platform& platform, const catalog::Stack& stack,
               const platform::Slice& slice, const PlanChoice& choice) {
  Plan plan;
  plan.ranks = slice.chips * platform.chip.ranks;
  plan.ranks_per_node = platform::chips_per_node(platform, slice) * platform.chip.ranks;
  plan.batch = batch_shape(chosen_batch(workload, plan.ranks, choice, plan), plan.ranks, choice, slice);
  plan.recompute = choice.recompute.value_or(workload.training.recompute);
  plan.zero = plan.ranks > 1 ? choice.zero.value_or(stack.update.sharded ? 1 : 0) : 0;
  plan.update_shards = plan.zero >= 1 ? plan.ranks : 1;
  add_notes(plan);
  return plan;
}

PlanChoice settled(const Plan& plan) {
  return {.global_batch = plan.batch.global,
          .micro_batch = plan.batch.micro,
          .recompute = plan.recompute,
          .zero = plan.zero};
}

double examples_per_step(const Plan& plan, const catalog::Training& training) {
  return static_cast<double>(plan.batch.global) * training.mean_batch_factor();
}

}  // namespace podsim::parallel
