#include "parallel/plan/plan.hpp"

#include "parallel/plan/layout.hpp"
#include "platform/impossible.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::parallel {
namespace {

/// Whom the examples of a step are dealt to: ranks, or replicas of several.
struct Takers {
  int count = 1;
  std::string name;  ///< "rank"
};

int64_t chosen_batch(const catalog::Workload& workload, const Takers& takers, const PlanChoice& choice, Plan& plan) {
  const int64_t recipe = workload.training.global_batch;
  if (choice.global_batch || recipe >= takers.count || !choice.raise_batch) return choice.global_batch.value_or(recipe);
  plan.notes.push_back(fmt::format("batch raised from the recipe's {} to {}: one example for each of {} {}s", recipe,
                                   takers.count, takers.count, takers.name));
  return takers.count;
}

void require_whole_batch(int64_t batch, bool asked, const Takers& takers, const std::string& slice) {
  if (batch % takers.count == 0) return;
  const int64_t below = batch / takers.count * takers.count;
  const std::string nearest = below > 0 ? fmt::format("{} or {}", below, below + takers.count)
                                        : fmt::format("{} or more, in multiples of {}", takers.count, takers.count);
  throw platform::Impossible(fmt::format("{} {}: does not divide over the {} {}s of {}\n  way out: take --batch {}",
                                         asked ? "--batch" : "the recipe's batch of", batch, takers.count, takers.name,
                                         slice, nearest));
}

void require_whole_micro_batch(int64_t micro_batch, int64_t local_batch, const Takers& takers) {
  if (micro_batch >= 1 && local_batch % micro_batch == 0) return;
  int64_t below = std::clamp<int64_t>(micro_batch, 1, local_batch);
  while (local_batch % below != 0) --below;
  throw platform::Impossible(
      fmt::format("--micro-batch {}: does not divide the {} examples of a {}\n  way out: take {}", micro_batch,
                  local_batch, takers.name, below));
}

BatchShape batch_shape(int64_t batch, const Takers& takers, const PlanChoice& choice, const std::string& slice,
                       bool pipeline) {
  require_whole_batch(batch, choice.global_batch.has_value(), takers, slice);
  const int64_t local = batch / takers.count;
  const int64_t micro = choice.micro_batch.value_or(pipeline ? 1 : local);
  require_whole_micro_batch(micro, local, takers);
  return {.global = batch, .local = local, .micro = micro, .passes = local / micro};
}

std::string blocks_again(const Plan& plan) {
  return plan.recompute_every == 1 ? "every block" : fmt::format("one of {} blocks", plan.recompute_every);
}

void add_notes(const PlanChoice& choice, Plan& plan) {
  if (plan.recompute == catalog::Recompute::full) {
    plan.notes.push_back(fmt::format("the backward pass computes {} again from its input", blocks_again(plan)));
  } else if (plan.recompute == catalog::Recompute::selective) {
    plan.notes.push_back(
        plan.recompute_every == 1
            ? "the backward pass computes the attention core again"
            : fmt::format("the backward pass computes the attention core of {} again", blocks_again(plan)));
  }
  if (plan.update_shards > 1 && plan.zero == 1) {
    plan.notes.emplace_back("the ranks share the optimizer: each updates its part of the weights");
  }
  if (plan.degrees.pipeline > 1 && !choice.micro_batch) plan.notes.emplace_back("micro-batches of one example");
}

}  // namespace

const std::vector<std::string>& order_names() {
  static const std::vector<std::string> names = {"tp-cp-ep-dp-pp", "tp-cp-ep-pp-dp"};
  return names;
}

bool Plan::laid_out() const {
  const bool experts = degrees.expert > 1 || degrees.expert_tensor > 1;
  const bool within = zero > 0 && update_shards < degrees.replicas();
  return degrees.replica_ranks() > 1 || experts || zero > 1 || within;
}

int Plan::expert_update_shards() const {
  const collective::Group group = mesh().expert_replicas();
  if (zero == 0 || group == mesh().replicas()) return update_shards;
  return group.size;
}

pipeline::Shape Plan::shape() const {
  return {.ranks = degrees.pipeline, .chunks = chunks, .micro_batches = batch.passes};
}

BatchShape Plan::batch_of(const catalog::TrainingPhase& phase) const {
  const int64_t factor = phase.batch_factor;
  const bool cut = degrees.replica_ranks() > 1 || degrees.expert > 1 || degrees.expert_tensor > 1;
  const bool more_passes = cut && (degrees.pipeline > 1 || micro_batch_fixed || batch.passes > 1);
  return {.global = batch.global * factor,
          .local = batch.local * factor,
          .micro = more_passes ? batch.micro : batch.micro * factor,
          .passes = more_passes ? batch.passes * factor : batch.passes};
}

Plan Plan::of_phase(const catalog::TrainingPhase& phase) const {
  Plan plan = *this;
  plan.batch.passes = batch_of(phase).passes;
  return plan;
}

Plan make_plan(const catalog::Workload& workload, const catalog::Platform& platform, const catalog::Stack& stack,
               const platform::Slice& slice, const PlanChoice& choice) {
  Plan plan;
  plan.ranks = slice.chips * platform.chip.ranks;
  plan.ranks_per_node = platform::chips_per_node(platform, slice) * platform.chip.ranks;
  const std::string name = fmt::format("{} chips ({})", slice.chips, slice.label);
  plan.degrees = degrees_of(choice, {plan.ranks, name});
  const Takers takers{plan.degrees.data, plan.degrees.replica_ranks() > 1 ? "replica" : "rank"};
  plan.batch =
      batch_shape(chosen_batch(workload, takers, choice, plan), takers, choice, name, plan.degrees.pipeline > 1);
  plan.micro_batch_fixed = choice.micro_batch.has_value();
  plan.recompute = choice.recompute.value_or(workload.training.recompute);
  plan.recompute_every = choice.recompute_every.value_or(1);
  if (plan.recompute_every > 1 && plan.recompute == catalog::Recompute::none) {
    throw platform::Impossible(
        fmt::format("--recompute-every {}: nothing is computed again\n"
                    "  way out: say what, --recompute full or selective, or leave it away",
                    plan.recompute_every));
  }
  lay_out_stages(workload, choice, plan);
  share_states(stack, choice, plan);
  add_notes(choice, plan);
  return plan;
}

PlanChoice settled(const Plan& plan) {
  PlanChoice choice{.global_batch = plan.batch.global,
                    .micro_batch = plan.batch.micro,
                    .recompute = plan.recompute,
                    .zero = plan.zero};
  if (plan.recompute_every > 1) choice.recompute_every = plan.recompute_every;
  if (!plan.laid_out()) return choice;
  choice.tensor = plan.degrees.tensor;
  choice.pipeline = plan.degrees.pipeline;
  choice.context = plan.degrees.context;
  choice.expert = plan.degrees.expert;
  choice.expert_tensor = plan.degrees.expert_tensor;
  choice.sequence_parallel = plan.degrees.sequence ? 1 : 0;
  if (plan.zero > 0) choice.hybrid_shard = plan.update_shards;
  if (plan.degrees.context > 1) choice.context_method = static_cast<int64_t>(plan.shard.method);
  if (plan.degrees.pipeline == 1) return choice;
  choice.schedule = static_cast<int64_t>(plan.schedule);
  choice.virtual_stages = plan.chunks;
  choice.order = plan.degrees.data_outer ? 1 : 0;
  choice.split = plan.split;
  return choice;
}

double examples_per_step(const Plan& plan, const catalog::Training& training) {
  return static_cast<double>(plan.batch.global) * training.mean_batch_factor();
}

}  // namespace podsim::parallel
