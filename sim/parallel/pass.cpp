#include "parallel/pass.hpp"

#include "compute/host.hpp"
#include "compute/roofline.hpp"

namespace podsim::parallel {
namespace {

/// Times operations and counts what the host does for them.
class Timer {
 public:
  Timer(const catalog::Chip& chip, const catalog::Stack& stack) : chip_(chip), stack_(stack) {}

  void add(std::vector<TimedOperation>& to, const workload::Operation& operation, Activity activity) {
    to.push_back(
        {operation.name, activity, compute::seconds(operation, chip_, stack_), operation.flops(), operation.bytes});
  }

  void add_forward(TimedLayer& timed, const workload::Layer& layer) {
    for (const auto& operation : layer.forward) add(timed.forward, operation, Activity::forward);
    forward_launches_ += stack_.host.forward_per_operation * static_cast<double>(layer.forward.size());
  }

  void add_again(TimedLayer& timed, const workload::Layer& layer, catalog::Recompute recompute) {
    for (workload::Operation operation : layer.forward) {
      const bool all = recompute == catalog::Recompute::full && layer.input_bytes > 0;
      const bool core = recompute != catalog::Recompute::none && operation.attention_core;
      if (!all && !core) continue;
      operation.name += " again";
      add(timed.backward, operation, Activity::backward);
      backward_launches_ += stack_.host.forward_per_operation;
    }
  }

  void add_backward(TimedLayer& timed, const workload::Layer& layer) {
    for (const auto& operation : layer.backward) add(timed.backward, operation, Activity::backward);
    backward_launches_ += stack_.host.backward_per_operation * static_cast<double>(layer.backward.size());
  }

  /// Casts of weights and gradients, and with passes accumulated the sum of the gradients so far.
  void add_gradients(TimedLayer& timed, const workload::Layer& layer, bool accumulates) {
    const double bytes = stack_.pass_bytes_per_parameter + (accumulates ? stack_.accumulation_bytes_per_parameter : 0);
    if (layer.parameters * bytes <= 0) return;
    const double seconds = compute::stream_seconds(layer.parameters * bytes, chip_, stack_);
    timed.backward.push_back({"gradients", Activity::backward, seconds, 0, layer.parameters * bytes});
    backward_launches_ += stack_.host.backward_per_operation;
  }

  double forward_host_seconds() const { return forward_launches_ * stack_.host.seconds; }
  double backward_host_seconds(int collectives) const {
    return (backward_launches_ + collectives * stack_.host.per_collective) * stack_.host.seconds;
  }

 private:
  const catalog::Chip& chip_;
  const catalog::Stack& stack_;
  double forward_launches_ = 0;
  double backward_launches_ = 0;
};

void stretch(std::vector<TimedOperation>& operations, double factor) {
  for (TimedOperation& operation : operations) operation.seconds *= factor;
}

double factor(double device_seconds, double host_seconds) {
  return device_seconds > 0 ? compute::phase_seconds(device_seconds, host_seconds) / device_seconds : 1;
}

}  // namespace

double Pass::seconds(Activity activity) const {
  double sum = 0;
  for (const TimedLayer& layer : layers) {
    for (const auto& operation : activity == Activity::forward ? layer.forward : layer.backward) {
      sum += operation.seconds;
    }
  }
  return sum;
}

Pass time_pass(const workload::Graph& graph, const Plan& plan, int collectives, const catalog::Chip& chip,
               const catalog::Stack& stack) {
  Timer timer(chip, stack);
  Pass pass;
  for (const workload::Layer& layer : graph.layers) {
    TimedLayer timed;
    timer.add_forward(timed, layer);
    timer.add_again(timed, layer, plan.recompute);
    timer.add_backward(timed, layer);
    timer.add_gradients(timed, layer, plan.accumulation_steps > 1);
    pass.layers.push_back(std::move(timed));
  }
  const double forward = factor(pass.seconds(Activity::forward), timer.forward_host_seconds());
  const double backward = factor(pass.seconds(Activity::backward), timer.backward_host_seconds(collectives));
  for (TimedLayer& layer : pass.layers) {
    stretch(layer.forward, forward);
    stretch(layer.backward, backward);
  }
  return pass;
}

}  // namespace podsim::parallel
