#include "parallel/compile.hpp"

#include "catalog/spec/optimizer.hpp"
#include "compute/jitter.hpp"
#include "compute/roofline.hpp"
#include "parallel/code_builder.hpp"
#include "parallel/gradient_buckets.hpp"
#include "parallel/pass.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>

namespace podsim::parallel {
namespace {

void add_overhead(CodeBuilder& builder, const Plan& plan, const catalog::Platform& platform,
                  const catalog::Stack& stack) {
  const double doublings = std::log2(static_cast<double>(plan.ranks) / platform.chip.ranks);
  const double seconds = stack.host.step_seconds + stack.host.step_per_doubling_seconds * doublings;
  if (seconds > 0) builder.work({"host", Activity::overhead, seconds, 0, 0});
}

/// Passes that keep their gradients on the rank: nothing happens between them, so all their forward and all their
/// backward passes are one operation each.
void add_alike_passes(CodeBuilder& builder, const Pass& pass, int64_t passes) {
  if (passes == 0) return;
  TimedOperation forward{fmt::format("{} earlier {}", passes, passes == 1 ? "pass" : "passes"), Activity::forward, 0, 0,
                         0};
  TimedOperation backward = forward;
  backward.activity = Activity::backward;
  const auto add_all = [&](TimedOperation& sum, const std::vector<TimedOperation>& operations) {
    for (const auto& operation : operations) {
      sum.seconds += static_cast<double>(passes) * operation.seconds;
      sum.flops += static_cast<double>(passes) * operation.flops;
      sum.bytes += static_cast<double>(passes) * operation.bytes;
    }
  };
  for (size_t i = 0; i < pass.kind_of_layer.size(); ++i) {
    add_all(forward, pass.layer(i).forward);
    add_all(backward, pass.layer(i).backward);
  }
  builder.work(std::move(forward));
  builder.work(std::move(backward));
}

/// The messages of a data-parallel step, all over one stream: the ranks have one communicator.
class DataParallelStep {
 public:
  DataParallelStep(const workload::Graph& graph, const Plan& plan, const catalog::Stack& stack, CodeBuilder& builder)
      : graph_(graph), plan_(plan), stack_(stack), builder_(builder) {
    if (plan.ranks == 1) return;
    stream_ = builder.add_stream({.size = plan.ranks});
    buckets_ = gradient_buckets(graph, stack);
    const bool shared = plan.update_shards > 1;
    const auto reduction = shared ? collective::Operation::reduce_scatter : collective::Operation::all_reduce;
    for (const GradientBucket& bucket : buckets_) {
      const auto number = static_cast<int>(reductions_.size());
      reductions_.push_back(builder.add_message({stream_, Traffic::gradients, reduction, bucket.bytes, number}));
      if (!shared) continue;
      gathers_.push_back(builder.add_message(
          {stream_, Traffic::weights, collective::Operation::all_gather, bucket.weight_bytes, number}));
    }
  }

  /// Of the last pass. The gathers of new weights follow the update, when no kernel waits for the host.
  CollectiveCounts collectives() const {
    CollectiveCounts counts;
    if (plan_.ranks == 1) return counts;
    counts.backward = static_cast<int>(buckets_.size());
    for (const workload::Layer& layer : graph_.layers) {
      counts.forward += layer.synchronisation.forward;
      counts.backward += layer.synchronisation.backward;
    }
    return counts;
  }

  /// Whether the next forward pass waits for the weights of its layers, one bucket after the other.
  bool gathers_under_forward() const {
    return !gathers_.empty() && stack_.update.gather == catalog::WeightGather::under_forward;
  }

  /// The first pass after an update waits for the weights of its layers, the last of a step for statistics.
  void forward(const Pass& pass, bool first, bool last) {
    size_t absent = first && gathers_under_forward() ? buckets_.size() : 0;
    for (size_t i = 0; i < pass.kind_of_layer.size(); ++i) {
      for (; absent > 0 && buckets_[absent - 1].first_layer <= i; --absent) {
        builder_.await_of_last_step(gathers_[absent - 1]);
      }
      builder_.work(pass.layer(i).forward);
      if (last) synchronise(graph_.layers[i].synchronisation, graph_.layers[i].synchronisation.forward);
    }
  }

  /// The last backward pass of a step. The last rank is `late` with its last gradients: no bucket that holds them
  /// leaves before.
  void last_backward(const Pass& pass, double late) {
    size_t full = 0;
    for (size_t i = pass.kind_of_layer.size(); i-- > 0;) {
      builder_.work(pass.layer(i).backward);
      synchronise(graph_.layers[i].synchronisation, graph_.layers[i].synchronisation.backward);
      const bool last_gradients = buckets_.empty() ? i == 0 : i == buckets_.back().first_layer;
      if (last_gradients && late > 0) {
        builder_.work({fmt::format("slowest of {} ranks", plan_.ranks), Activity::overhead, late, 0, 0});
      }
      if (full == buckets_.size() || buckets_[full].first_layer != i) continue;
      if (stack_.gradients.overlap) builder_.start(reductions_[full]);
      ++full;
    }
    if (!stack_.gradients.overlap) start_all(reductions_);
    // The stream plays in order: with its last message all have arrived.
    if (!reductions_.empty()) builder_.await(reductions_.back());
  }

  /// The new weights, in the order in which the forward pass needs them.
  void after_update() {
    if (gathers_.empty()) return;
    start_all({gathers_.rbegin(), gathers_.rend()});
    if (!gathers_under_forward()) builder_.await(gathers_.front());
  }

 private:
  void start_all(const std::vector<int>& messages) {
    for (const int message : messages) builder_.start(message);
  }

  /// All-reduces one after the other that the work after them waits for.
  void synchronise(const workload::Synchronisation& statistics, int times) {
    if (plan_.ranks == 1) return;
    for (int i = 0; i < times; ++i) {
      const int message =
          builder_.add_message({stream_, Traffic::statistics, collective::Operation::all_reduce, statistics.bytes, 0});
      builder_.start(message);
      builder_.await(message);
    }
  }

  const workload::Graph& graph_;
  const Plan& plan_;
  const catalog::Stack& stack_;
  CodeBuilder& builder_;
  int stream_ = 0;
  std::vector<GradientBucket> buckets_;
  std::vector<int> reductions_;  ///< by bucket
  std::vector<int> gathers_;     ///< by bucket; empty where every rank updates all weights
};

/// The passes of a step before its last. The first of them has its layers one by one where they wait for weights.
void add_earlier_passes(CodeBuilder& builder, DataParallelStep& step, const Pass& pass, int64_t passes) {
  if (!step.gathers_under_forward()) return add_alike_passes(builder, pass, passes);
  step.forward(pass, true, false);
  for (size_t i = pass.kind_of_layer.size(); i-- > 0;) builder.work(pass.layer(i).backward);
  add_alike_passes(builder, pass, passes - 1);
}

/// The whole optimiser, or with sharding the share of a rank.
TimedOperation update(const workload::Graph& graph, const Plan& plan, const catalog::Training& training,
                      const catalog::Chip& chip, const catalog::Stack& stack) {
  const double parameters = graph.updated_parameters() / plan.update_shards;
  const double seconds = compute::optimizer_seconds(parameters, training.optimizer, chip, stack);
  return {std::string(name_of(training.optimizer)), Activity::optimizer, seconds, 0,
          parameters * catalog::optimizer_bytes(stack, training.optimizer)};
}

/// Examples per second of one node: the least of the limits that the stack gives; infinite where it gives none.
double input_rate(catalog::Input input, const Plan& plan, const catalog::Platform& platform,
                  const catalog::Stack& stack) {
  double rate = std::numeric_limits<double>::infinity();
  const auto limit = [&](const std::map<catalog::Input, double>& rates, double count) {
    const auto found = rates.find(input);
    if (found != rates.end() && count > 0) rate = std::min(rate, found->second * count);
  };
  limit(stack.input.per_node, 1);
  limit(stack.input.per_chip, static_cast<double>(plan.ranks_per_node) / platform.chip.ranks);
  limit(stack.input.per_host_core, platform.node.host_cores);
  return rate;
}

}  // namespace

StepProgram compile_step(const workload::Graph& graph, const Plan& plan, const BatchShape& batch,
                         const catalog::Training& training, const catalog::Platform& platform,
                         const catalog::Stack& stack) {
  CodeBuilder builder(graph.layers.size() * 8);
  const int block = builder.begin_block();
  DataParallelStep step(graph, plan, stack, builder);
  const Pass last = time_pass(graph, plan, step.collectives(), platform.chip, stack);
  const TimedOperation optimizer = update(graph, plan, training, platform.chip, stack);
  const int64_t earlier_passes = batch.passes - 1;
  double busy = optimizer.seconds;
  for (const Activity activity : {Activity::forward, Activity::backward}) busy += last.seconds(activity);
  add_overhead(builder, plan, platform, stack);
  if (earlier_passes > 0) {
    const Pass earlier = time_pass(graph, plan, {}, platform.chip, stack);
    for (const Activity activity : {Activity::forward, Activity::backward}) {
      busy += static_cast<double>(earlier_passes) * earlier.seconds(activity);
    }
    add_earlier_passes(builder, step, earlier, earlier_passes);
  }
  step.forward(last, earlier_passes == 0, true);
  step.last_backward(last, compute::late_seconds(stack.jitter, busy, plan.ranks));
  builder.work(optimizer);
  step.after_update();
  builder.begin_kind();
  builder.add_loop({block});
  StepProgram program = builder.take();
  program.input_seconds =
      static_cast<double>(batch.local * plan.ranks_per_node) / input_rate(training.input, plan, platform, stack);
  return program;
}

}  // namespace podsim::parallel
