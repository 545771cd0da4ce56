#include "parallel/program.hpp"

#include "catalog/spec/optimizer.hpp"
#include "catalog/text/error.hpp"
#include "compute/jitter.hpp"
#include "compute/roofline.hpp"
#include "parallel/pass.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace podsim::parallel {
namespace {

class Compiler {
 public:
  /// `operations`: about how many there will be.
  Compiler(bool overlap, size_t operations) : overlap_(overlap) { program_.operations.reserve(operations); }

  void add(TimedOperation operation) {
    Segment& segment = open(operation.activity);
    segment.seconds += operation.seconds;
    program_.operations.push_back(std::move(operation));
    segment.last = static_cast<int>(program_.operations.size());
  }

  void add(const std::vector<TimedOperation>& operations) {
    if (operations.empty()) return;
    Segment& segment = open(operations.front().activity);
    for (const auto& operation : operations) segment.seconds += operation.seconds;
    program_.operations.insert(program_.operations.end(), operations.begin(), operations.end());
    segment.last = static_cast<int>(program_.operations.size());
  }

  /// A bucket is full at this point of the backward pass: it leaves now, or with overlap off after the pass.
  void post(double bytes) {
    const int bucket = static_cast<int>(program_.bucket_bytes.size());
    program_.bucket_bytes.push_back(bytes);
    if (overlap_) {
      // Work that waits for statistics does not wait for gradients as well: they leave after the statistics.
      Segment& segment = waits_ ? open(program_.segments.back().activity) : program_.segments.back();
      segment.posts.push_back(bucket);
      closed_ = true;
    } else {
      held_.push_back(bucket);
    }
  }

  /// All-reduces one after the other that the work after them waits for.
  void synchronise(double bytes, int times, Activity activity) {
    for (int i = 0; i < times; ++i) {
      open(activity).posts.push_back(static_cast<int>(program_.bucket_bytes.size()));
      program_.bucket_bytes.push_back(bytes);
      closed_ = waits_ = true;
    }
  }

  void end_backward() {
    auto& posts = program_.segments.back().posts;
    posts.insert(posts.end(), held_.begin(), held_.end());
    held_.clear();
    closed_ = true;
  }

  StepProgram take() { return std::move(program_); }

 private:
  Segment& open(Activity activity) {
    if (closed_ || program_.segments.empty() || program_.segments.back().activity != activity) {
      const int first = static_cast<int>(program_.operations.size());
      program_.segments.push_back({.activity = activity, .first = first, .last = first, .posts = {}, .waits = waits_});
      closed_ = waits_ = false;
    }
    return program_.segments.back();
  }

  bool overlap_;
  StepProgram program_;
  std::vector<int> held_;
  bool closed_ = false;
  bool waits_ = false;  ///< the next segment, for what was posted
};

void add_overhead(Compiler& compiler, const Plan& plan, const catalog::Platform& platform,
                  const catalog::Stack& stack) {
  const double doublings = std::log2(static_cast<double>(plan.ranks) / platform.chip.ranks);
  const double seconds = stack.step_overhead_seconds + stack.step_overhead_per_doubling_seconds * doublings;
  if (seconds > 0) compiler.add({"host", Activity::overhead, seconds, 0, 0});
}

/// Passes before the last keep their gradients on the rank: nothing happens between them, so all
/// their forward and all their backward passes are one operation each.
void add_earlier_passes(Compiler& compiler, const Pass& pass, int64_t passes) {
  TimedOperation forward{fmt::format("{} earlier passes", passes), Activity::forward, 0, 0, 0};
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
  compiler.add(std::move(forward));
  compiler.add(std::move(backward));
}

/// Bytes of the bucket that is full when a layer's backward pass ends, by layer; 0: none is.
std::vector<double> full_buckets(const workload::Graph& graph, const Plan& plan, const catalog::Stack& stack) {
  std::vector<double> buckets(graph.layers.size(), 0);
  if (plan.ranks == 1) return buckets;
  double waiting = 0;
  for (size_t i = graph.layers.size(); i-- > 0;) {
    waiting += graph.layers[i].parameters * graph.layers[i].updates * catalog::bytes_of(stack.gradient_format);
    if (waiting <= 0 || (i > 0 && waiting < stack.bucket_bytes)) continue;
    buckets[i] = waiting;
    waiting = 0;
  }
  return buckets;
}

/// The last rank is `late` with its last gradients: no bucket that holds them starts before.
void add_last_pass(Compiler& compiler, const workload::Graph& graph, const Pass& pass,
                   const std::vector<double>& buckets, const Plan& plan, double late) {
  const auto synchronise = [&](const workload::Synchronisation& statistics, int times, Activity activity) {
    if (plan.ranks > 1) compiler.synchronise(statistics.bytes, times, activity);
  };
  for (size_t i = 0; i < pass.kind_of_layer.size(); ++i) {
    compiler.add(pass.layer(i).forward);
    const auto& statistics = graph.layers[i].synchronisation;
    synchronise(statistics, statistics.forward, Activity::forward);
  }
  for (size_t i = pass.kind_of_layer.size(); i-- > 0;) {
    compiler.add(pass.layer(i).backward);
    const auto& statistics = graph.layers[i].synchronisation;
    synchronise(statistics, statistics.backward, Activity::backward);
    if (i == 0 && late > 0) {
      compiler.add({fmt::format("slowest of {} ranks", plan.ranks), Activity::overhead, late, 0, 0});
    }
    if (buckets[i] > 0) compiler.post(buckets[i]);
  }
  compiler.end_backward();
}

/// The whole optimiser, or with sharding the share of a rank.
TimedOperation update(const workload::Graph& graph, const Plan& plan, const catalog::Training& training,
                      const catalog::Chip& chip, const catalog::Stack& stack) {
  const double parameters = graph.updated_parameters() / plan.update_shards;
  const double seconds = compute::optimizer_seconds(parameters, training.optimizer, chip, stack);
  return {training.optimizer, Activity::optimizer, seconds, 0,
          parameters * catalog::optimizer_bytes(stack, training.optimizer)};
}

/// Examples per second of one node: the least of the limits that the stack gives.
double input_rate(const std::string& kind, const Plan& plan, const catalog::Platform& platform,
                  const catalog::Stack& stack) {
  double rate = std::numeric_limits<double>::infinity();
  const auto limit = [&](const std::map<std::string, double>& rates, double count) {
    const auto found = rates.find(kind);
    if (found != rates.end() && count > 0) rate = std::min(rate, found->second * count);
  };
  limit(stack.input.per_node, 1);
  limit(stack.input.per_chip, static_cast<double>(plan.ranks_per_node) / platform.chip.ranks);
  limit(stack.input.per_host_core, platform.node.host_cores);
  if (std::isfinite(rate)) return rate;
  throw catalog::InputError(
      fmt::format("training.input: {}: stack {} has no input rate for it\n  way out: add it to the stack's "
                  "input_examples_per_second_per_node, or take another --stack",
                  kind, stack.name));
}

/// All-reduces that the host starts during a step: buckets of gradients and statistics.
int collectives_of(const workload::Graph& graph, const std::vector<double>& buckets, const Plan& plan) {
  if (plan.ranks == 1) return 0;
  auto count = static_cast<int>(std::count_if(buckets.begin(), buckets.end(), [](double b) { return b > 0; }));
  for (const workload::Layer& layer : graph.layers) {
    count += layer.synchronisation.forward + layer.synchronisation.backward;
  }
  return count;
}

}  // namespace

StepProgram compile_step(const workload::Graph& graph, const Plan& plan, const BatchShape& batch,
                         const catalog::Training& training, const catalog::Platform& platform,
                         const catalog::Stack& stack) {
  const std::vector<double> buckets = full_buckets(graph, plan, stack);
  const int collectives = collectives_of(graph, buckets, plan);
  const Pass last = time_pass(graph, plan, collectives, platform.chip, stack);
  const TimedOperation optimizer = update(graph, plan, training, platform.chip, stack);
  const auto passes = static_cast<double>(plan.batch.passes - 1);
  double busy = optimizer.seconds;
  for (const Activity activity : {Activity::forward, Activity::backward}) busy += last.seconds(activity);
  Compiler compiler(stack.overlap, last.operations() + 8);
  add_overhead(compiler, plan, platform, stack);
  if (passes > 0) {
    const Pass earlier = time_pass(graph, plan, 0, platform.chip, stack);
    for (const Activity activity : {Activity::forward, Activity::backward}) busy += passes * earlier.seconds(activity);
    add_earlier_passes(compiler, earlier, plan.batch.passes - 1);
  }
  add_last_pass(compiler, graph, last, buckets, plan, compute::late_seconds(stack.jitter, busy, plan.ranks));
  compiler.add(optimizer);
  StepProgram program = compiler.take();
  program.input_seconds =
      static_cast<double>(batch.local * plan.ranks_per_node) / input_rate(training.input, plan, platform, stack);
  return program;
}

}  // namespace podsim::parallel
