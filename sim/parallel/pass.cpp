#include "parallel/pass.hpp"

#include "compute/host.hpp"
#include "compute/roofline.hpp"

namespace podsim::parallel {
namespace {

/// Times operations and counts what the host does for them.
class Timer {
 public:
  Timer(const Plan& plan, const catalog::Chip& chip, const catalog::Stack& stack)
      : plan_(plan), chip_(chip), stack_(stack) {}

  TimedLayer time(const workload::Layer& layer) const {
    TimedLayer timed;
    timed.forward.reserve(layer.forward.size());
    for (const auto& operation : layer.forward) add(timed.forward, operation, Activity::forward);
    timed.forward_launches = stack_.host.forward_per_operation * static_cast<double>(layer.forward.size());
    timed.backward.reserve(layer.backward.size() + 1);
    add_again(timed, layer);
    for (const auto& operation : layer.backward) add(timed.backward, operation, Activity::backward);
    timed.backward_launches += stack_.host.backward_per_operation * static_cast<double>(layer.backward.size());
    add_gradients(timed, layer);
    return timed;
  }

 private:
  void add(std::vector<TimedOperation>& to, const workload::Operation& operation, Activity activity) const {
    to.push_back({operation.name, activity, compute::seconds(operation, chip_, stack_), operation.flops(),
                  operation.moved_bytes()});
  }

  void add_again(TimedLayer& timed, const workload::Layer& layer) const {
    for (const workload::Operation& operation : layer.forward) {
      const bool all = plan_.recompute == catalog::Recompute::full && layer.input_bytes > 0;
      const bool core = plan_.recompute != catalog::Recompute::none && operation.attention_core;
      if (!all && !core) continue;
      add(timed.backward, operation, Activity::backward);
      timed.backward.back().name += " again";
      timed.backward_launches += stack_.host.forward_per_operation;
    }
  }

  /// Casts of weights and gradients, and with passes accumulated the sum of the gradients so far.
  void add_gradients(TimedLayer& timed, const workload::Layer& layer) const {
    const bool accumulates = plan_.batch.passes > 1;
    const double bytes = stack_.gradients.pass_bytes_per_parameter +
                         (accumulates ? stack_.gradients.accumulation_bytes_per_parameter : 0);
    if (layer.parameters * bytes <= 0) return;
    const double seconds = compute::stream_seconds(layer.parameters * bytes, chip_, stack_);
    timed.backward.push_back({"gradients", Activity::backward, seconds, 0, layer.parameters * bytes});
    timed.backward_launches += stack_.host.backward_per_operation;
  }

  const Plan& plan_;
  const catalog::Chip& chip_;
  const catalog::Stack& stack_;
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
  for (size_t i = 0; i < kind_of_layer.size(); ++i) {
    for (const auto& operation : activity == Activity::forward ? layer(i).forward : layer(i).backward) {
      sum += operation.seconds;
    }
  }
  return sum;
}

Pass time_pass(const workload::Graph& graph, const Plan& plan, const CollectiveCounts& collectives,
               const catalog::Chip& chip, const catalog::Stack& stack) {
  const Timer timer(plan, chip, stack);
  Pass pass;
  double forward_launches = collectives.forward * stack.host.per_collective;
  double backward_launches = collectives.backward * stack.host.per_collective;
  for (size_t i = 0; i < graph.layers.size(); ++i) {
    const bool again = i > 0 && graph.layers[i].same_work(graph.layers[i - 1]);
    if (!again) pass.kinds.push_back(timer.time(graph.layers[i]));
    pass.kind_of_layer.push_back(pass.kinds.size() - 1);
    forward_launches += pass.kinds.back().forward_launches;
    backward_launches += pass.kinds.back().backward_launches;
  }
  const double forward = factor(pass.seconds(Activity::forward), forward_launches * stack.host.launch_seconds);
  const double backward = factor(pass.seconds(Activity::backward), backward_launches * stack.host.launch_seconds);
  for (TimedLayer& layer : pass.kinds) {
    stretch(layer.forward, forward);
    stretch(layer.backward, backward);
  }
  return pass;
}

}  // namespace podsim::parallel
