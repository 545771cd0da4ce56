#pragma once

#include "catalog/spec/stack.hpp"
#include "parallel/code_builder.hpp"
#include "parallel/gradient_traffic.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <vector>

namespace podsim::parallel {

/// Weights that a rank has a share of and gathers layer by layer, before the layer's forward pass and again before its
/// backward pass, one layer ahead; its gradients are reduce-scattered behind it (ZeRO 3, arXiv 1910.02054, section 7;
/// FSDP, arXiv 2304.11277). Every pass does so.
class ShardedWeights {
 public:
  /// All must outlive it. Without streams nothing is shared.
  ShardedWeights(std::span<const workload::Layer> layers, ParameterClass which, const ReductionStreams& streams,
                 const catalog::Stack& stack, CodeBuilder& builder);

  /// Collectives that the host starts in a forward, and in a backward pass.
  int forward_collectives() const { return static_cast<int>(layers_.size()); }
  int backward_collectives() const { return 2 * static_cast<int>(layers_.size()); }

  /// Before layer `layer` of a forward or backward pass: its weights are there, those of the next on their way.
  void before_forward(size_t layer);
  void before_backward(size_t layer);
  /// Its gradients leave. `last`: of a pass that no other follows.
  void after_backward(size_t layer, bool last);
  /// All gradients of the last pass have arrived, and are summed across.
  void await_all();

 private:
  int gather(size_t layer);
  int reduction(size_t layer, bool last);

  ReductionStreams streams_;
  const catalog::Stack& stack_;
  CodeBuilder& builder_;
  std::vector<size_t> layers_;  ///< that have weights
  std::vector<double> parameters_;
  std::map<double, int> gathers_;  ///< by parameters
  std::map<double, int> reductions_;
  SumsAcross across_;
  int last_reduction_ = -1;  ///< the last of a step
};

}  // namespace podsim::parallel
