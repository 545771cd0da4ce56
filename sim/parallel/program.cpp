#include "parallel/program.hpp"

#include "catalog/error.hpp"
#include "compute/roofline.hpp"

#include <fmt/format.h>

#include <cmath>

namespace podsim::parallel {
namespace {

class Compiler {
 public:
  Compiler(const catalog::Platform& platform, const catalog::Stack& stack) : platform_(platform), stack_(stack) {}

  void add(TimedOperation operation) {
    Segment& segment = open(operation.activity);
    segment.seconds += operation.seconds;
    program_.operations.push_back(std::move(operation));
    segment.last = static_cast<int>(program_.operations.size());
  }

  void add(const std::vector<workload::Operation>& operations, Activity activity) {
    for (const auto& operation : operations) {
      add({operation.name, activity, compute::seconds(operation, platform_.chip, stack_), operation.flops(),
           operation.moved_bytes()});
    }
  }

  /// A bucket is full at this point of the backward pass: it leaves now, or with overlap off after the pass.
  void post(double bytes) {
    const int bucket = static_cast<int>(program_.bucket_bytes.size());
    program_.bucket_bytes.push_back(bytes);
    if (stack_.overlap) {
      program_.segments.back().posts.push_back(bucket);
      closed_ = true;
    } else {
      held_.push_back(bucket);
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
      program_.segments.push_back({.activity = activity, .first = first, .last = first, .posts = {}});
      closed_ = false;
    }
    return program_.segments.back();
  }

  const catalog::Platform& platform_;
  const catalog::Stack& stack_;
  StepProgram program_;
  std::vector<int> held_;
  bool closed_ = false;
};

void add_overhead(Compiler& compiler, const Plan& plan, const catalog::Platform& platform,
                  const catalog::Stack& stack) {
  const double doublings = std::log2(static_cast<double>(plan.ranks) / platform.chip.ranks);
  const double seconds = stack.step_overhead_seconds + stack.step_overhead_per_doubling_seconds * doublings;
  if (seconds > 0) compiler.add({"host", Activity::overhead, seconds, 0, 0});
}

/// Passes before the last keep their gradients on the rank: nothing happens between them, so all
/// their forward and all their backward passes are one operation each.
void add_earlier_passes(Compiler& compiler, const StepProgram& pass, int64_t passes) {
  if (passes == 0) return;
  for (const Activity activity : {Activity::forward, Activity::backward}) {
    TimedOperation all{fmt::format("{} earlier passes", passes), activity, 0, 0, 0};
    for (const auto& operation : pass.operations) {
      if (operation.activity != activity) continue;
      all.seconds += static_cast<double>(passes) * operation.seconds;
      all.flops += static_cast<double>(passes) * operation.flops;
      all.bytes += static_cast<double>(passes) * operation.bytes;
    }
    compiler.add(std::move(all));
  }
}

void add_pass(Compiler& compiler, const workload::Graph& graph, bool reduces, const catalog::Stack& stack) {
  for (const auto& layer : graph.layers) compiler.add(layer.forward, Activity::forward);
  double waiting = 0;
  for (auto layer = graph.layers.rbegin(); layer != graph.layers.rend(); ++layer) {
    compiler.add(layer->backward, Activity::backward);
    waiting += layer->parameters * layer->updates * catalog::bytes_of(stack.gradient_format);
    const bool last = layer + 1 == graph.layers.rend();
    if (reduces && waiting > 0 && (last || waiting >= stack.bucket_bytes)) {
      compiler.post(waiting);
      waiting = 0;
    }
  }
  compiler.end_backward();
}

double input_seconds(const Plan& plan, const catalog::Training& training, const catalog::Stack& stack) {
  const auto rate = stack.input_examples_per_second_per_node.find(training.input);
  if (rate == stack.input_examples_per_second_per_node.end()) {
    throw catalog::InputError(
        fmt::format("training.input: {}: stack {} has no input rate for it\n  way out: add it to the stack's "
                    "input_examples_per_second_per_node, or take another --stack",
                    training.input, stack.name));
  }
  return static_cast<double>(plan.local_batch * plan.ranks_per_node) / rate->second;
}

}  // namespace

StepProgram compile_step(const workload::Graph& graph, const Plan& plan, const catalog::Training& training,
                         const catalog::Platform& platform, const catalog::Stack& stack) {
  Compiler compiler(platform, stack);
  add_overhead(compiler, plan, platform, stack);
  Compiler alone(platform, stack);
  add_pass(alone, graph, false, stack);
  add_earlier_passes(compiler, alone.take(), plan.accumulation_steps - 1);
  add_pass(compiler, graph, plan.ranks > 1, stack);
  const double parameters = graph.updated_parameters();
  compiler.add({training.optimizer, Activity::optimizer,
                compute::optimizer_seconds(parameters, training.optimizer, platform.chip, stack), 0,
                parameters * stack.optimizer_bytes_per_parameter.at(training.optimizer)});
  StepProgram program = compiler.take();
  program.input_seconds = input_seconds(plan, training, stack);
  return program;
}

}  // namespace podsim::parallel
