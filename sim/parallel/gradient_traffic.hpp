#pragma once

#include "catalog/spec/stack.hpp"
#include "parallel/code_builder.hpp"
#include "parallel/gradient_buckets.hpp"
#include "parallel/plan/plan.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace podsim::parallel {

/// Streams over which the gradients of some parameters are summed.
struct ReductionStreams {
  int shards = -1;      ///< of those that share the update, or that sum where nobody shares
  int across = -1;      ///< of those that have the same share; none where all share
  bool shared = false;  ///< the update is
  double parts = 1;     ///< shares of a gradient where there is somebody across
};

/// Sums what each rank has of scattered gradients across those with the same share (hybrid sharding). One behind: before
/// the sum of a part starts, its scatter is awaited, while that of the next is under way.
class SumsAcross {
 public:
  /// `builder` must outlive it. Nothing happens where there is nobody across.
  SumsAcross(const ReductionStreams& streams, CodeBuilder& builder) : streams_(streams), builder_(builder) {}

  /// `bytes` of gradients are being scattered by this message.
  void scattered(int message, double bytes);
  /// The rest, and the arrival of all.
  void await_all();

 private:
  void start_sum();

  ReductionStreams streams_;
  CodeBuilder& builder_;
  int scatter_ = -1;  ///< the last that is not summed yet
  double bytes_ = 0;
  int last_sum_ = -1;
};

/// Gradients of some layers of a stage and their new weights, in buckets: all-reduced among those that have the same
/// weights, or reduce-scattered among those that share the update, summed across, and gathered as new weights
/// (Rajbhandari et al., ZeRO, arXiv 1910.02054, section 5; Xu et al., arXiv 2004.13336).
class GradientTraffic {
 public:
  /// All must outlive it. Without streams nothing travels.
  GradientTraffic(std::span<const workload::Layer> layers, ParameterClass which, const ReductionStreams& streams,
                  const catalog::Stack& stack, CodeBuilder& builder);

  /// Collectives that the host starts in the last backward pass.
  int collectives() const { return static_cast<int>(reductions_.size()); }
  /// The lowest layer of the last bucket: with it all gradients are there. 0 without buckets.
  size_t last_layer() const { return buckets_.empty() ? 0 : buckets_.back().first_layer; }

  /// The backward pass of a layer has ended; where gradients travel under it, the bucket that it fills leaves.
  void after_layer(size_t layer);
  /// The same in a pass that others follow (ZeRO 2): nobody waits for these.
  void after_layer_of_earlier_pass(size_t layer);
  /// The rest leaves.
  void start_rest();
  /// All have arrived, and are summed across.
  void await_all();

  /// Whether the next forward pass waits for the weights of its layers, one bucket after the other.
  bool gathers_under_forward() const;
  /// Waits for the weights of a layer, gathered after the step before.
  void before_layer(size_t layer);
  /// The new weights, in the order in which the forward pass needs them.
  void after_update();

 private:
  bool fills(size_t full, size_t layer) const;
  void start_next();

  ReductionStreams streams_;
  const catalog::Stack& stack_;
  CodeBuilder& builder_;
  std::vector<GradientBucket> buckets_;
  std::vector<int> reductions_;          ///< by bucket
  std::vector<int> earlier_reductions_;  ///< by bucket, of passes that others follow; made when needed
  std::vector<int> gathers_;             ///< by bucket; empty where every rank updates all weights
  SumsAcross across_;
  size_t full_ = 0;  ///< buckets that have left in this pass
  size_t earlier_full_ = 0;
  size_t absent_ = 0;  ///< buckets of weights that the forward pass has not waited for
};

}  // namespace podsim::parallel
