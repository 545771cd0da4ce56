#include "study/layouts/layout_space.hpp"

#include "pipeline/schedule.hpp"

#include <algorithm>
#include <optional>

namespace podsim::study {
namespace {

using Values = std::vector<int64_t>;

Values divisors_up_to(int64_t number, int64_t most) {
  Values values;
  for (int64_t divisor = 1; divisor <= std::min(number, most); ++divisor) {
    if (number % divisor == 0) values.push_back(divisor);
  }
  return values;
}

/// The one that is fixed, or those that are open.
Values fixed_or(const std::optional<int64_t>& fixed, Values open) { return fixed ? Values{*fixed} : std::move(open); }

/// Walks through the space key by key, those that others depend on first.
class LayoutWalk {
 public:
  LayoutWalk(const run::RunRequest& request, int64_t ranks, int64_t ranks_per_node,
             const std::function<void(const parallel::PlanChoice&)>& each)
      : request_(request), fixed_(request.plan), ranks_(ranks), each_(each), choice_(request.plan) {
    model_ = std::get_if<catalog::Transformer>(&request.workload.model);
    const bool torus = std::holds_alternative<catalog::Torus>(request.platform.interconnect);
    most_tensor_ = torus ? kMostTensorOnTorus : ranks_per_node;
    if (model_ == nullptr) most_tensor_ = 1;
    // A stack of equal blocks with one stream, or the rules of a pipeline refuse it.
    blocks_ = model_ != nullptr && model_->decoder_layers == 0 && !model_->query_stream ? model_->layers : 1;
    if (fixed_.micro_batch == parallel::kAutoMicroBatch) fixed_.micro_batch.reset();
  }

  void walk() {
    for (const int64_t tensor : fixed_or(fixed_.tensor, divisors_up_to(ranks_, most_tensor_))) {
      choice_.tensor = tensor;
      for (const int64_t context : contexts(ranks_ / tensor)) {
        choice_.context = context;
        for (const int64_t stages : fixed_or(fixed_.pipeline, divisors_up_to(ranks_ / tensor / context, blocks_))) {
          choice_.pipeline = stages;
          walk_schedules();
        }
      }
    }
  }

 private:
  int64_t data() const {
    return std::max<int64_t>(1, ranks_ / (*choice_.tensor * *choice_.context * *choice_.pipeline));
  }

  Values contexts(int64_t left) const {
    int longest = 0;
    for (const auto& phase : request_.workload.training.phases) longest = std::max(longest, phase.sequence_length);
    const bool tried = model_ != nullptr && longest >= kLongSequence;
    return fixed_or(fixed_.context, divisors_up_to(left, tried ? longest : 1));
  }

  void walk_schedules() {
    if (*choice_.pipeline == 1) {
      choice_.schedule = fixed_.schedule;
      choice_.virtual_stages = fixed_.virtual_stages;
      return walk_shards();
    }
    for (const int64_t schedule : fixed_or(fixed_.schedule, schedules())) {
      choice_.schedule = schedule;
      for (const int64_t chunks : fixed_or(fixed_.virtual_stages, chunks_of(schedule))) {
        choice_.virtual_stages = chunks;
        walk_shards();
      }
    }
  }

  Values schedules() const {
    Values values;
    for (const std::string& name : request_.stack.layouts.schedules) {
      if (const auto kind = pipeline::schedule_of(name)) values.push_back(static_cast<int64_t>(*kind));
    }
    return values;
  }

  /// Of interleaved ones all that leave a block to each stage.
  Values chunks_of(int64_t schedule) const {
    using pipeline::ScheduleKind;
    const auto kind = static_cast<ScheduleKind>(schedule);
    if (kind == ScheduleKind::zb_v || kind == ScheduleKind::dualpipe) return {2};
    if (kind != ScheduleKind::interleaved) return {1};
    Values values;
    for (int64_t chunks = 2; chunks * *choice_.pipeline <= blocks_; ++chunks) values.push_back(chunks);
    return values;
  }

  void walk_shards() {
    const Values sequence = *choice_.tensor > 1 ? Values{0, 1} : Values{0};
    const bool experts = model_ != nullptr && model_->experts;
    const int64_t stage = ranks_ / *choice_.pipeline;
    for (const int64_t split : fixed_or(fixed_.sequence_parallel, sequence)) {
      choice_.sequence_parallel = split;
      for (const int64_t expert :
           fixed_or(fixed_.expert, experts ? divisors_up_to(stage, model_->experts->count) : Values{1})) {
        choice_.expert = expert;
        const bool cut = experts && *choice_.tensor > 1;
        for (const int64_t etp : fixed_or(fixed_.expert_tensor, cut ? Values{1, *choice_.tensor} : Values{1})) {
          choice_.expert_tensor = etp;
          walk_orders();
        }
      }
    }
  }

  void walk_orders() {
    const bool matters = *choice_.pipeline > 1 && data() > 1;
    for (const int64_t order : fixed_or(fixed_.order, matters ? Values{0, 1} : Values{0})) {
      choice_.order = order;
      const bool replicas = data() * *choice_.context > 1;
      const std::vector<int>& known = request_.stack.layouts.zero;
      for (const int64_t zero : fixed_or(fixed_.zero, replicas ? Values(known.begin(), known.end()) : Values{0})) {
        choice_.zero = zero;
        walk_passes();
      }
    }
  }

  /// Without a pipeline one pass may take all examples of a replica.
  void walk_passes() {
    const int64_t batch = choice_.global_batch.value_or(request_.workload.training.global_batch);
    const int64_t local = batch / data();
    const int64_t most = *choice_.pipeline > 1 ? kMostMicroBatch : local;
    Values micro = local >= 1 ? divisors_up_to(local, most) : Values{1};
    for (const int64_t examples : fixed_or(fixed_.micro_batch, std::move(micro))) {
      choice_.micro_batch = examples;
      for (const int64_t recompute : recomputes()) {
        choice_.recompute = static_cast<catalog::Recompute>(recompute);
        each_(choice_);
      }
    }
  }

  Values recomputes() const {
    if (fixed_.recompute) return {static_cast<int64_t>(*fixed_.recompute)};
    if (model_ == nullptr) return {static_cast<int64_t>(catalog::Recompute::none)};
    // Fused attention keeps no scores: selective recomputation finds nothing to do.
    if (catalog::is_fused(request_.stack.kernels.attention)) return {0, 2};
    return {0, 1, 2};
  }

  const run::RunRequest& request_;
  parallel::PlanChoice fixed_;
  int64_t ranks_;
  const std::function<void(const parallel::PlanChoice&)>& each_;
  parallel::PlanChoice choice_;
  const catalog::Transformer* model_ = nullptr;
  int64_t most_tensor_ = 1;
  int64_t blocks_ = 1;
};

}  // namespace

void each_layout(const run::RunRequest& request, int64_t ranks, int64_t ranks_per_node,
                 const std::function<void(const parallel::PlanChoice&)>& each) {
  LayoutWalk(request, ranks, ranks_per_node, each).walk();
}

}  // namespace podsim::study
