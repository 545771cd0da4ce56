#include "parallel/plan/layout.hpp"

#include "parallel/plan/split.hpp"
#include "platform/impossible.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace podsim::parallel {
namespace {

[[noreturn]] void refuse(const std::string& what, const std::string& rule, const std::string& way_out) {
  throw platform::Impossible(fmt::format("{}: {}\n  way out: {}", what, rule, way_out));
}

/// "--pp 2 or --pp 4": the divisors of `number` next to `value`.
std::string nearest_divisors(const char* option, int value, int number) {
  int below = std::min(value, number);
  while (below > 1 && number % below != 0) --below;
  int above = value;
  while (above < number && number % above != 0) ++above;
  if (above >= number && number % above != 0) above = number;
  const std::string low = fmt::format("{} {}", option, below);
  return above == below ? low : fmt::format("{} or {} {}", low, option, above);
}

struct Asked {
  const char* option;
  int value;
};

int degree(const std::optional<int64_t>& asked) { return static_cast<int>(asked.value_or(1)); }

/// The first degree, from the innermost out, with which the ranks do not divide any more.
void require_whole_world(const PlanChoice& choice, const RankCount& count) {
  int left = count.ranks;
  for (const auto& [option, value] :
       {Asked{"--tp", degree(choice.tensor)}, {"--cp", degree(choice.context)}, {"--pp", degree(choice.pipeline)}}) {
    if (left % value != 0) {
      refuse(fmt::format("{} {}", option, value),
             left == count.ranks
                 ? fmt::format("does not divide the {} ranks of {}", left, count.slice)
                 : fmt::format("does not divide the {} ranks that the other degrees leave of the {} of {}", left,
                               count.ranks, count.slice),
             "take " + nearest_divisors(option, value, left));
    }
    left /= value;
  }
}

void require_whole_experts(const Degrees& degrees) {
  const int stage = degrees.tensor * degrees.replicas();
  const int64_t one = int64_t{degrees.expert} * degrees.expert_tensor;
  if (stage % one != 0) {
    const bool tensor = stage % degrees.expert_tensor != 0;
    const std::string tensor_text = degrees.expert_tensor > 1 ? fmt::format(" --etp {}", degrees.expert_tensor) : "";
    refuse(fmt::format("--ep {}{}", degrees.expert, tensor_text),
           fmt::format("experts are cut from the {} ranks of a stage, which {} does not divide", stage, one),
           "take " + (tensor ? nearest_divisors("--etp", degrees.expert_tensor, stage)
                             : nearest_divisors("--ep", degrees.expert, stage / degrees.expert_tensor)));
  }
}

void require_neighbours(const Degrees& degrees) {
  if (!degrees.data_outer || degrees.pipeline == 1) return;
  for (const auto& [option, value] : {Asked{"--cp", degrees.context}, {"--ep", degrees.expert}}) {
    if (value == 1) continue;
    refuse(fmt::format("--order {} with {} {}", order_names()[1], option, value),
           "gradients are summed over context and data together, which stages would part",
           "take --order " + order_names()[0]);
  }
}

/// The same of the copies of an expert, which lie on one replica and on the others.
void require_expert_neighbours(const catalog::Workload& workload, const Degrees& degrees) {
  const auto* model = std::get_if<catalog::Transformer>(&workload.model);
  if (model == nullptr || !model->experts || !degrees.data_outer || degrees.pipeline == 1) return;
  if (degrees.expert * degrees.expert_tensor == degrees.stage_ranks()) return;
  refuse(fmt::format("--order {} with --tp {} --etp {}", order_names()[1], degrees.tensor, degrees.expert_tensor),
         "gradients of experts are summed over tensor and data together, which stages would part",
         fmt::format("take --etp {}, or --order {}", degrees.tensor, order_names()[0]));
}

/// "--batch 64 or --batch 96": with the next numbers of micro-batches that the schedule can have. Empty where it is not
/// their number that breaks a rule.
std::string nearest_batches(const Plan& plan) {
  const auto legal = [&](int64_t passes) {
    pipeline::Shape shape = plan.shape();
    shape.micro_batches = passes;
    return !pipeline::broken_rule(plan.schedule, shape);
  };
  const int64_t now = plan.batch.passes;
  int64_t above = now + 1;
  const int64_t most = now + 2 * int64_t{plan.degrees.pipeline};
  while (above <= most && !legal(above)) ++above;
  if (above > most) return "";
  int64_t below = now - 1;
  while (below > 0 && !legal(below)) --below;
  const int64_t examples = plan.batch.micro * plan.degrees.data;
  const std::string more = fmt::format("--batch {}", above * examples);
  return below > 0 ? fmt::format("--batch {} or {}", below * examples, more) : more;
}

/// Which blocks a pipeline can cut.
int blocks_of(const catalog::Workload& workload, int stages) {
  const auto* model = std::get_if<catalog::Transformer>(&workload.model);
  if (model != nullptr && model->decoder_layers == 0 && !model->query_stream) return model->layers;
  refuse(
      fmt::format("--pp {}", stages),
      fmt::format("{} is no stack of equal blocks with one stream, and only such are cut into stages", workload.name),
      "leave --pp away");
}

std::vector<int> split_of(const PlanChoice& choice, int blocks, int stages) {
  if (!choice.split) {
    std::vector<int> split = balanced_split(blocks, stages);
    if (split.empty()) {
      refuse(fmt::format("--pp {}", degree(choice.pipeline)),
             fmt::format("{} stages of the model, and only {} blocks", stages, blocks),
             fmt::format("take at most {} stages: ranks of the pipeline times --virtual-stages", blocks));
    }
    return split;
  }
  const std::string text = fmt::format("--split {}", fmt::join(*choice.split, ","));
  const int sum = std::accumulate(choice.split->begin(), choice.split->end(), 0);
  if (static_cast<int>(choice.split->size()) != stages) {
    refuse(text, fmt::format("{} numbers for {} stages of the model", choice.split->size(), stages),
           "give the blocks of each stage, in their order");
  }
  if (sum != blocks) {
    refuse(text, fmt::format("these are {} blocks, and the model has {}", sum, blocks),
           "give the blocks of each stage, in their order");
  }
  return *choice.split;
}

pipeline::ScheduleKind schedule_of(const PlanChoice& choice) {
  if (choice.schedule) return static_cast<pipeline::ScheduleKind>(*choice.schedule);
  return degree(choice.virtual_stages) > 1 ? pipeline::ScheduleKind::interleaved : pipeline::ScheduleKind::one_f_one_b;
}

int chunks_of(const PlanChoice& choice, pipeline::ScheduleKind schedule) {
  if (choice.virtual_stages) return static_cast<int>(*choice.virtual_stages);
  using pipeline::ScheduleKind;
  const bool two =
      schedule == ScheduleKind::interleaved || schedule == ScheduleKind::zb_v || schedule == ScheduleKind::dualpipe;
  return two ? 2 : 1;
}

constexpr int64_t kMostMicroBatches = 1'000'000;  ///< of a pipeline: the order of its passes is a list

void require_listable(const Plan& plan) {
  if (plan.batch.passes <= kMostMicroBatches) return;
  const int64_t examples = kMostMicroBatches * plan.batch.micro * plan.degrees.data;
  refuse(fmt::format("--micro-batch {}", plan.batch.micro),
         fmt::format("{} micro-batches a step are more than the {} that a pipeline can have here", plan.batch.passes,
                     kMostMicroBatches),
         fmt::format("take a larger --micro-batch, or at most --batch {}", examples));
}

void lay_out_pipeline(const catalog::Workload& workload, const PlanChoice& choice, Plan& plan) {
  const int ranks = plan.degrees.pipeline;
  if (ranks == 1) {
    for (const auto& [option, given] : {std::pair{"--schedule", choice.schedule.has_value()},
                                        {"--virtual-stages", degree(choice.virtual_stages) > 1},
                                        {"--split", choice.split.has_value()},
                                        {"--order", choice.order.value_or(0) != 0}}) {
      if (given) refuse(option, "there is no pipeline", fmt::format("give --pp too, or leave {} away", option));
    }
    return;
  }
  const int blocks = blocks_of(workload, ranks);
  require_listable(plan);
  plan.schedule = schedule_of(choice);
  plan.chunks = chunks_of(choice, plan.schedule);
  const std::string& name = pipeline::schedule_names()[static_cast<size_t>(plan.schedule)];
  if (const auto broken = pipeline::broken_rule(plan.schedule, plan.shape())) {
    const std::string passes = fmt::format("{} micro-batches: {} examples of a replica in parts of {}",
                                           plan.batch.passes, plan.batch.local, plan.batch.micro);
    const std::string batches = nearest_batches(plan);
    refuse("--schedule " + name, fmt::format("{} ({})", broken->rule, passes),
           batches.empty() ? broken->way_out : fmt::format("take {} with --micro-batch {}", batches, plan.batch.micro));
  }
  plan.split = split_of(choice, blocks, pipeline::stages(plan.schedule, plan.shape()));
  if (!choice.schedule) plan.notes.push_back(fmt::format("schedule of the pipeline: {}", name));
  if (!choice.order) plan.notes.push_back(fmt::format("order of the ranks, innermost first: {}", order_names()[0]));
  if (!choice.split) {
    plan.notes.push_back(fmt::format("blocks of the stages: {}", fmt::join(plan.split, ",")));
  }
}

void lay_out_shard(const catalog::Workload& workload, const PlanChoice& choice, Plan& plan) {
  plan.shard = {.tensor = plan.degrees.tensor,
                .sequence = plan.degrees.sequence,
                .context = plan.degrees.context,
                .method = static_cast<workload::ContextMethod>(choice.context_method.value_or(0)),
                .expert = plan.degrees.expert,
                .expert_tensor = plan.degrees.expert_tensor};
  if (const auto* model = std::get_if<catalog::Transformer>(&workload.model)) {
    if (plan.degrees.tensor > model->key_heads())
      plan.key_copies = plan.degrees.tensor / std::max(1, model->key_heads());
  }
  for (const auto& phase : workload.training.phases) {
    const auto problems = workload::shard_problems(workload.model, phase, plan.shard);
    if (problems.empty()) continue;
    const std::string& key = problems.front().key;
    refuse(key == "sp" ? "--sequence-parallel" : "--" + key, problems.front().rule, problems.front().way_out);
  }
}

}  // namespace

Degrees degrees_of(const PlanChoice& choice, const RankCount& count) {
  require_whole_world(choice, count);
  Degrees degrees{.tensor = degree(choice.tensor),
                  .sequence = choice.sequence_parallel.value_or(0) == 1,
                  .context = degree(choice.context),
                  .data = 1,
                  .pipeline = degree(choice.pipeline),
                  .expert = degree(choice.expert),
                  .expert_tensor = degree(choice.expert_tensor),
                  .data_outer = choice.order.value_or(0) == 1};
  degrees.data = count.ranks / degrees.ranks();
  if (degrees.sequence && degrees.tensor == 1) {
    refuse("--sequence-parallel", "it shares the tokens among the ranks of a tensor group, and there is none",
           "give --tp too, or leave --sequence-parallel away");
  }
  if (choice.context_method && degrees.context == 1) {
    refuse("--context-method", "nobody shares the tokens of a sequence", "give --cp too, or leave it away");
  }
  require_neighbours(degrees);
  require_whole_experts(degrees);
  return degrees;
}

void lay_out_stages(const catalog::Workload& workload, const PlanChoice& choice, Plan& plan) {
  require_expert_neighbours(workload, plan.degrees);
  lay_out_shard(workload, choice, plan);
  lay_out_pipeline(workload, choice, plan);
}

void share_states(const catalog::Stack& stack, const PlanChoice& choice, Plan& plan) {
  const int replicas = plan.degrees.replicas();
  plan.zero = replicas > 1 ? choice.zero.value_or(stack.update.sharded ? 1 : 0) : 0;
  if (plan.zero == 3 && plan.degrees.pipeline > 1) {
    refuse(fmt::format("--zero 3 with --pp {}", plan.degrees.pipeline),
           "every micro-batch would gather the weights of its stage again",
           "take --zero 1, or 2 to share the gradients too");
  }
  plan.update_shards = plan.zero >= 1 ? replicas : 1;
  if (!choice.hybrid_shard) return;
  const int within = static_cast<int>(*choice.hybrid_shard);
  if (replicas == 1) {
    refuse(fmt::format("--hybrid-shard {}", within), "no two ranks have the same weights", "leave --hybrid-shard away");
  }
  if (plan.zero == 0) {
    refuse(fmt::format("--hybrid-shard {}", within), "nothing is shared", "give --zero 1, 2 or 3 too");
  }
  if (replicas % within != 0) {
    refuse(fmt::format("--hybrid-shard {}", within),
           fmt::format("does not divide the {} ranks that have the same weights", replicas),
           "take " + nearest_divisors("--hybrid-shard", within, replicas));
  }
  plan.update_shards = within;
}

}  // namespace podsim::parallel
