#include "parallel/gradient_traffic.hpp"

namespace podsim::parallel {

void SumsAcross::start_sum() {
  if (scatter_ < 0) return;
  builder_.await(scatter_);
  last_sum_ = builder_.add_message(
      {streams_.across, Traffic::gradients, collective::Operation::all_reduce, bytes_ / streams_.parts, 0});
  builder_.start(last_sum_);
  scatter_ = -1;
}

void SumsAcross::scattered(int message, double bytes) {
  if (streams_.across < 0) return;
  start_sum();
  scatter_ = message;
  bytes_ = bytes;
}

void SumsAcross::await_all() {
  start_sum();
  if (last_sum_ >= 0) builder_.await(last_sum_);  // the stream plays in order
}

GradientTraffic::GradientTraffic(std::span<const workload::Layer> layers, ParameterClass which,
                                 const ReductionStreams& streams, const catalog::Stack& stack, CodeBuilder& builder)
    : streams_(streams), stack_(stack), builder_(builder), across_(streams, builder) {
  if (streams.shards < 0 && streams.across < 0) return;
  buckets_ = gradient_buckets(layers, stack, which);
  const auto reduction = streams.shared ? collective::Operation::reduce_scatter : collective::Operation::all_reduce;
  for (const GradientBucket& bucket : buckets_) {
    const auto number = static_cast<int>(reductions_.size());
    reductions_.push_back(builder.add_message({streams.shards, Traffic::gradients, reduction, bucket.bytes, number}));
    if (!streams.shared) continue;
    gathers_.push_back(builder.add_message(
        {streams.shards, Traffic::weights, collective::Operation::all_gather, bucket.weight_bytes, number}));
  }
  absent_ = gathers_under_forward() ? buckets_.size() : 0;
}

bool GradientTraffic::fills(size_t full, size_t layer) const {
  return full < buckets_.size() && buckets_[full].first_layer == layer;
}

void GradientTraffic::start_next() {
  builder_.start(reductions_[full_]);
  across_.scattered(reductions_[full_], buckets_[full_].bytes);
  ++full_;
}

void GradientTraffic::after_layer(size_t layer) {
  if (stack_.gradients.overlap && fills(full_, layer)) start_next();
}

void GradientTraffic::after_layer_of_earlier_pass(size_t layer) {
  if (earlier_reductions_.empty()) {
    for (const GradientBucket& bucket : buckets_) {
      const auto number = static_cast<int>(earlier_reductions_.size());
      earlier_reductions_.push_back(builder_.add_message(
          {streams_.shards, Traffic::gradients, collective::Operation::reduce_scatter, bucket.bytes, number}));
    }
  }
  if (!fills(earlier_full_, layer)) return;
  builder_.start(earlier_reductions_[earlier_full_++]);
  if (earlier_full_ == buckets_.size()) earlier_full_ = 0;  // the next pass begins
}

void GradientTraffic::start_rest() {
  while (full_ < reductions_.size()) start_next();
}

void GradientTraffic::await_all() {
  if (reductions_.empty()) return;
  if (streams_.across >= 0) return across_.await_all();
  // The stream plays in order: with its last message all have arrived.
  builder_.await(reductions_.back());
}

bool GradientTraffic::gathers_under_forward() const {
  return !gathers_.empty() && stack_.update.gather == catalog::WeightGather::under_forward;
}

void GradientTraffic::before_layer(size_t layer) {
  for (; absent_ > 0 && buckets_[absent_ - 1].first_layer <= layer; --absent_) {
    builder_.await_of_last_step(gathers_[absent_ - 1]);
  }
}

void GradientTraffic::after_update() {
  if (gathers_.empty()) return;
  for (auto gather = gathers_.rbegin(); gather != gathers_.rend(); ++gather) builder_.start(*gather);
  if (!gathers_under_forward()) builder_.await(gathers_.front());
}

}  // namespace podsim::parallel
