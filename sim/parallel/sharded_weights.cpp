#include "parallel/sharded_weights.hpp"

#include <algorithm>

namespace podsim::parallel {

ShardedWeights::ShardedWeights(std::span<const workload::Layer> layers, ParameterClass which,
                               const ReductionStreams& streams, const catalog::Stack& stack, CodeBuilder& builder)
    : streams_(streams), stack_(stack), builder_(builder), across_(streams, builder) {
  if (streams.shards < 0) return;
  for (size_t i = 0; i < layers.size(); ++i) {
    parameters_.push_back(parameters_of(layers[i], which));
    if (parameters_.back() > 0) layers_.push_back(i);
  }
}

int ShardedWeights::gather(size_t layer) {
  const double parameters = parameters_[layer];
  const auto found = gathers_.find(parameters);
  if (found != gathers_.end()) return found->second;
  return gathers_[parameters] =
             builder_.add_message({streams_.shards, Traffic::weights, collective::Operation::all_gather,
                                   parameters * catalog::bytes_of(stack_.formats.weight), 0});
}

int ShardedWeights::reduction(size_t layer, bool last) {
  // Where there is somebody across, all of the last pass are.
  const bool awaited = last && (streams_.across >= 0 || layer == layers_.front());
  const auto found = reductions_.find(parameters_[layer]);
  if (!awaited && found != reductions_.end()) return found->second;
  const int message = builder_.add_message({streams_.shards, Traffic::gradients, collective::Operation::reduce_scatter,
                                            parameters_[layer] * catalog::bytes_of(stack_.formats.gradient), 0});
  (awaited ? last_reduction_ : reductions_[parameters_[layer]]) = message;
  return message;
}

void ShardedWeights::before_forward(size_t layer) {
  const auto at = std::find(layers_.begin(), layers_.end(), layer);
  if (at == layers_.end()) return;
  if (at == layers_.begin()) builder_.start(gather(layer));
  if (at + 1 != layers_.end()) builder_.start(gather(*(at + 1)));
  builder_.await(gather(layer));
}

void ShardedWeights::before_backward(size_t layer) {
  const auto at = std::find(layers_.begin(), layers_.end(), layer);
  if (at == layers_.end()) return;
  if (at + 1 == layers_.end()) builder_.start(gather(layer));
  if (at != layers_.begin()) builder_.start(gather(*(at - 1)));
  builder_.await(gather(layer));
}

void ShardedWeights::after_backward(size_t layer, bool last) {
  if (std::find(layers_.begin(), layers_.end(), layer) == layers_.end()) return;
  const int message = reduction(layer, last);
  builder_.start(message);
  if (last) across_.scattered(message, parameters_[layer] * catalog::bytes_of(stack_.formats.gradient));
}

void ShardedWeights::await_all() {
  if (last_reduction_ < 0) return;
  if (streams_.across >= 0) return across_.await_all();
  builder_.await(last_reduction_);
}

}  // namespace podsim::parallel
