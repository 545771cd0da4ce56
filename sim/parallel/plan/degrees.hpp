#pragma once

namespace podsim::parallel {

/// In how many ways a job is cut. World = tensor x context x data x pipeline; experts lie on the same ranks.
struct Degrees {
  int tensor = 1;           ///< ranks that share the products of a layer
  bool sequence = false;    ///< they share what lies between the products too
  int context = 1;          ///< ranks that share the tokens of a sequence
  int data = 1;             ///< pipelines with examples of their own
  int pipeline = 1;         ///< ranks that share the layers, in stages
  int expert = 1;           ///< ranks that share the experts of a layer
  int expert_tensor = 1;    ///< ranks that share the products of an expert
  bool data_outer = false;  ///< replicas lie outside the stages: order tp-cp-ep-pp-dp instead of tp-cp-ep-dp-pp

  int ranks() const { return tensor * context * data * pipeline; }
  /// Ranks of one stage of one replica.
  int stage_ranks() const { return tensor * context; }
  /// Ranks of one copy of the model.
  int replica_ranks() const { return tensor * context * pipeline; }
  /// Ranks over which the gradients of one shard of a layer are summed.
  int replicas() const { return context * data; }

  bool operator==(const Degrees&) const = default;
};

}  // namespace podsim::parallel
