#include "parallel/plan.hpp"

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

Plan make_plan(const catalog::Workload& workload, const catalog::Platform& platform, const platform::Slice& slice,
               const PlanChoice& choice) {
  Plan plan;
  plan.ranks = slice.chips * platform.chip.ranks;
  plan.ranks_per_node = platform::chips_per_node(platform, slice) * platform.chip.ranks;
  plan.global_batch = chosen_batch(workload, plan.ranks, choice, plan);
  require_whole_batch(plan.global_batch, choice.global_batch.has_value(), plan.ranks,
                      fmt::format("{} chips ({})", slice.chips, slice.label));
  plan.local_batch = plan.global_batch / plan.ranks;
  plan.micro_batch = choice.micro_batch.value_or(plan.local_batch);
  require_whole_micro_batch(plan.micro_batch, plan.local_batch);
  plan.accumulation_steps = plan.local_batch / plan.micro_batch;
  plan.recompute = choice.recompute.value_or(workload.training.recompute);
  plan.update_shards = choice.shard_update ? plan.ranks : 1;
  add_notes(plan);
  return plan;
}

}  // namespace podsim::parallel
