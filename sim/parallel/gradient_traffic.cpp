#include "parallel/gradient_traffic.hpp"

namespace podsim::parallel {

void write_sum_across(const ReductionStreams& streams, double bytes, CodeBuilder& builder) {
  if (streams.across < 0) return;
  const int sum =
      builder.add_message({streams.across, Traffic::gradients, collective::Operation::all_reduce, bytes, 0});
  builder.start(sum);
  builder.await(sum);
}

GradientTraffic::GradientTraffic(std::span<const workload::Layer> layers, ParameterClass which,
                                 const ReductionStreams& streams, const catalog::Stack& stack, CodeBuilder& builder)
    : streams_(streams), stack_(stack), builder_(builder) {
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

void GradientTraffic::start(const std::vector<int>& messages, size_t layer, size_t& full) {
  if (full == buckets_.size() || buckets_[full].first_layer != layer) return;
  builder_.start(messages[full]);
  ++full;
}

void GradientTraffic::after_layer(size_t layer) {
  if (stack_.gradients.overlap) start(reductions_, layer, full_);
}

void GradientTraffic::after_layer_of_earlier_pass(size_t layer) {
  if (earlier_reductions_.empty()) {
    for (const GradientBucket& bucket : buckets_) {
      const auto number = static_cast<int>(earlier_reductions_.size());
      earlier_reductions_.push_back(builder_.add_message(
          {streams_.shards, Traffic::gradients, collective::Operation::reduce_scatter, bucket.bytes, number}));
    }
  }
  start(earlier_reductions_, layer, earlier_full_);
  if (earlier_full_ == buckets_.size()) earlier_full_ = 0;  // the next pass begins
}

void GradientTraffic::start_rest() {
  for (; full_ < reductions_.size(); ++full_) builder_.start(reductions_[full_]);
}

void GradientTraffic::await_all(double shards) {
  if (reductions_.empty()) return;
  // The stream plays in order: with its last message all have arrived.
  builder_.await(reductions_.back());
  double bytes = 0;
  for (const GradientBucket& bucket : buckets_) bytes += bucket.bytes / shards;
  write_sum_across(streams_, bytes, builder_);
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
