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
    timed.forward_launches = stack_.host.forward_per_operation * static_cast<double>(layer.forward.size()) +
                             stack_.host.per_collective * static_cast<double>(layer.forward_exchanges.size());
    timed.forward_exchanges = layer.forward_exchanges;
    timed.backward.reserve(layer.backward.size() + 1);
    add_again(timed, layer);
    add_exchanges_again(timed, layer);
    for (const auto& operation : layer.backward) add(timed.backward, operation, Activity::backward);
    timed.backward_launches += stack_.host.per_collective * static_cast<double>(timed.backward_exchanges.size());
    timed.backward_launches += stack_.host.backward_per_operation * static_cast<double>(layer.backward.size());
    add_gradients(timed, layer);
    return timed;
  }

 private:
  void add(std::vector<TimedOperation>& to, const workload::Operation& operation, Activity activity) const {
    to.push_back({operation.name, activity, compute::seconds(operation, chip_, stack_), operation.flops(),
                  operation.moved_bytes(), operation.weight_gradient});
  }

  void add_again(TimedLayer& timed, const workload::Layer& layer) const {
    for (const workload::Operation& operation : layer.forward) {
      const bool all = layer.all_again(plan_.recompute);
      const bool core = layer.core_again(plan_.recompute) && operation.attention_core;
      if (!all && !core) continue;
      add(timed.backward, operation, Activity::backward);
      timed.backward.back().name += " again";
      timed.backward_launches += stack_.host.forward_per_operation;
    }
  }

  /// The exchanges of the backward pass, after those of all that is computed again.
  void add_exchanges_again(TimedLayer& timed, const workload::Layer& layer) const {
    const size_t again = timed.backward.size();
    if (layer.all_again(plan_.recompute)) {
      timed.backward_exchanges = layer.forward_exchanges;
    }
    for (workload::Exchange exchange : layer.backward_exchanges) {
      exchange.start += again;
      exchange.await += again;
      timed.backward_exchanges.push_back(std::move(exchange));
    }
  }

  /// Casts of weights and gradients, and with passes accumulated the sum of the gradients so far.
  void add_gradients(TimedLayer& timed, const workload::Layer& layer) const {
    const bool accumulates = plan_.batch.passes > 1;
    const double bytes = stack_.gradients.pass_bytes_per_parameter +
                         (accumulates ? stack_.gradients.accumulation_bytes_per_parameter : 0);
    const double moved = (layer.parameters + layer.expert_parameters) * bytes;
    if (moved <= 0) return;
    const double seconds = compute::stream_seconds(moved, chip_, stack_);
    timed.backward.push_back({"gradients", Activity::backward, seconds, 0, moved, true});
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

Pass time_pass(std::span<const workload::Layer> layers, const Plan& plan, const CollectiveCounts& collectives,
               const catalog::Chip& chip, const catalog::Stack& stack) {
  const Timer timer(plan, chip, stack);
  Pass pass;
  double forward_launches = collectives.forward * stack.host.per_collective;
  double backward_launches = collectives.backward * stack.host.per_collective;
  for (size_t i = 0; i < layers.size(); ++i) {
    const bool again = i > 0 && layers[i].same_work(layers[i - 1]);
    if (!again) pass.kinds.push_back(timer.time(layers[i]));
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
