#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "parallel/code_builder.hpp"
#include "parallel/gradient_traffic.hpp"
#include "parallel/layer_traffic.hpp"
#include "parallel/pass.hpp"
#include "parallel/plan/plan.hpp"
#include "parallel/sharded_weights.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace podsim::parallel {

/// What a step is compiled from.
struct StepTask {
  const workload::Graph& graph;
  const Plan& plan;
  const BatchShape& batch;
  const catalog::Training& training;
  const catalog::Platform& platform;
  const catalog::Stack& stack;
};

/// Streams of the gradients of one stage.
struct StageStreams {
  ReductionStreams shared;
  ReductionStreams experts;
  int statistics = -1;  ///< of all that share no layer
};

/// Neighbouring layers on a rank, which a micro-batch passes through at a stretch: code of their passes.
class Chunk {
 public:
  /// All must outlive it.
  Chunk(const StepTask& task, std::span<const workload::Layer> layers, const StageStreams& streams,
        LayerTraffic& traffic, CodeBuilder& builder);

  /// Of the passes before the last of a step, and of that one.
  const Pass& earlier() const { return earlier_; }
  const Pass& last() const { return last_; }
  /// Parameters that the ranks of a tensor group each have, that some of its neighbours have, and that a rank updates.
  double replicated_parameters() const;
  double copied_parameters() const;
  double updated_parameters() const;

  /// Whether nothing happens between the passes before the last but their work.
  bool earlier_passes_are_alike() const;
  bool gathers_under_forward() const { return shared_.gathers_under_forward(); }

  /// Append to the open block. `first`: the pass after an update, which waits for new weights; `last`: of a step.
  void write_forward(bool first, bool last);
  /// The last rank is `late_seconds` late with its last gradients.
  void write_backward(BackwardPart part, bool last, double late_seconds);
  /// All passes before the last at once.
  void write_alike(int64_t passes);

  /// After all chunks of the rank: gradients that have not left, and the arrival of all.
  void write_start_rest();
  void write_await_all();
  void write_after_update();

 private:
  CollectiveCounts collectives(bool last) const;
  void synchronise(size_t layer, int times);
  void write_gradients(size_t layer, bool last, double late_seconds);

  const StepTask& task_;
  std::span<const workload::Layer> layers_;
  StageStreams streams_;
  LayerTraffic& traffic_;
  CodeBuilder& builder_;
  GradientTraffic shared_;
  GradientTraffic experts_;
  std::vector<ShardedWeights> weights_;  ///< where ZeRO shares them: those of all replicas, and of experts
  Pass last_;
  Pass earlier_;
};

}  // namespace podsim::parallel
