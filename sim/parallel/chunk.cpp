#include "parallel/chunk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace podsim::parallel {
namespace {

ReductionStreams unless_sharded(const StepTask& task, const ReductionStreams& streams) {
  return task.plan.zero == 3 ? ReductionStreams{} : streams;
}

TimedOperation sum_of(const Pass& pass, Activity activity, int64_t passes) {
  TimedOperation sum{fmt::format("{} earlier {}", passes, passes == 1 ? "pass" : "passes"), activity, 0, 0, 0};
  for (size_t i = 0; i < pass.kind_of_layer.size(); ++i) {
    for (const auto& operation : activity == Activity::forward ? pass.layer(i).forward : pass.layer(i).backward) {
      sum.seconds += static_cast<double>(passes) * operation.seconds;
      sum.flops += static_cast<double>(passes) * operation.flops;
      sum.bytes += static_cast<double>(passes) * operation.bytes;
    }
  }
  return sum;
}

}  // namespace

Chunk::Chunk(const StepTask& task, std::span<const workload::Layer> layers, const StageStreams& streams,
             LayerTraffic& traffic, CodeBuilder& builder)
    : task_(task),
      layers_(layers),
      streams_(streams),
      traffic_(traffic),
      builder_(builder),
      shared_(layers, ParameterClass::shared, unless_sharded(task, streams.shared), task.stack, builder),
      experts_(layers, ParameterClass::experts, unless_sharded(task, streams.experts), task.stack, builder) {
  if (task.plan.zero == 3) {
    weights_.emplace_back(layers, ParameterClass::shared, streams.shared, task.stack, builder);
    weights_.emplace_back(layers, ParameterClass::experts, streams.experts, task.stack, builder);
  }
  last_ = time_pass(layers, task.plan, collectives(true), task.platform.chip, task.stack);
  if (task.batch.passes > 1) {
    earlier_ = time_pass(layers, task.plan, collectives(false), task.platform.chip, task.stack);
  }
}

CollectiveCounts Chunk::collectives(bool last) const {
  CollectiveCounts counts;
  for (const ShardedWeights& weights : weights_) {
    counts.forward += weights.forward_collectives();
    counts.backward += weights.backward_collectives();
  }
  if (last || task_.plan.zero == 2) counts.backward += shared_.collectives() + experts_.collectives();
  if (!last || streams_.statistics < 0) return counts;
  for (const workload::Layer& layer : layers_) {
    counts.forward += layer.synchronisation.forward;
    counts.backward += layer.synchronisation.backward;
  }
  return counts;
}

double Chunk::replicated_parameters() const {
  return std::accumulate(layers_.begin(), layers_.end(), 0.0,
                         [](double sum, const workload::Layer& layer) { return sum + layer.replicated_parameters; });
}

double Chunk::copied_parameters() const {
  return std::accumulate(layers_.begin(), layers_.end(), 0.0,
                         [](double sum, const workload::Layer& layer) { return sum + layer.copied_parameters; });
}

double Chunk::updated_parameters() const {
  double shared = 0;
  double experts = 0;
  for (const workload::Layer& layer : layers_) {
    shared += layer.parameters * layer.updates;
    experts += layer.expert_parameters * layer.updates;
  }
  return shared / task_.plan.update_shards + experts / task_.plan.expert_update_shards();
}

bool Chunk::earlier_passes_are_alike() const {
  return task_.plan.zero < 2 && std::all_of(layers_.begin(), layers_.end(), [](const workload::Layer& layer) {
           return layer.forward_exchanges.empty() && layer.backward_exchanges.empty();
         });
}

/// All-reduces one after the other that the work after them waits for.
void Chunk::synchronise(size_t layer, int times) {
  if (streams_.statistics < 0) return;
  for (int i = 0; i < times; ++i) {
    const int message =
        builder_.add_message({streams_.statistics, Traffic::statistics, collective::Operation::all_reduce,
                              layers_[layer].synchronisation.bytes, 0});
    builder_.start(message);
    builder_.await(message);
  }
}

void Chunk::write_forward(bool first, bool last) {
  const Pass& pass = last ? last_ : earlier_;
  for (size_t i = 0; i < layers_.size(); ++i) {
    for (ShardedWeights& weights : weights_) weights.before_forward(i);
    if (first) {
      shared_.before_layer(i);
      experts_.before_layer(i);
    }
    traffic_.write_forward(pass.layer(i));
    if (last) synchronise(i, layers_[i].synchronisation.forward);
  }
}

void Chunk::write_gradients(size_t layer, bool last, double late_seconds) {
  if (last && layer == shared_.last_layer() && late_seconds > 0) {
    builder_.work({fmt::format("slowest of {} ranks", task_.plan.ranks), Activity::overhead, late_seconds, 0, 0});
  }
  for (ShardedWeights& weights : weights_) weights.after_backward(layer, last);
  if (last) {
    shared_.after_layer(layer);
    experts_.after_layer(layer);
  } else if (task_.plan.zero == 2) {
    shared_.after_layer_of_earlier_pass(layer);
    experts_.after_layer_of_earlier_pass(layer);
  }
}

void Chunk::write_backward(BackwardPart part, bool last, double late_seconds) {
  const Pass& pass = last ? last_ : earlier_;
  for (size_t i = layers_.size(); i-- > 0;) {
    if (part != BackwardPart::weights) {
      for (ShardedWeights& weights : weights_) weights.before_backward(i);
    }
    traffic_.write_backward(pass.layer(i), part);
    if (last && part != BackwardPart::weights) synchronise(i, layers_[i].synchronisation.backward);
    if (part != BackwardPart::input) write_gradients(i, last, late_seconds);
  }
}

void Chunk::write_alike(int64_t passes) {
  builder_.work(sum_of(earlier_, Activity::forward, passes));
  builder_.work(sum_of(earlier_, Activity::backward, passes));
}

void Chunk::write_start_rest() {
  shared_.start_rest();
  experts_.start_rest();
}

void Chunk::write_await_all() {
  for (ShardedWeights& weights : weights_) weights.await_all();
  shared_.await_all();
  experts_.await_all();
}

void Chunk::write_after_update() {
  shared_.after_update();
  experts_.after_update();
}

}  // namespace podsim::parallel
