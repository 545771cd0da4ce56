#pragma once

#include "collective/schedule/operation.hpp"
#include "parallel/plan/degrees.hpp"

namespace podsim::parallel {

/// The groups of a job: ranks in the order of their number, tensor first, then context, then data and stages. The
/// expert groups are cut from the ranks of a stage: expert_tensor first, then expert, then copies of them
/// (Megatron Core, parallel_state.py and transformer/moe/README.md).
class Mesh {
 public:
  explicit Mesh(const Degrees& degrees) : degrees_(degrees) {}

  const Degrees& degrees() const { return degrees_; }

  /// From a stage to the same rank of the next one.
  int stage_stride() const;

  collective::Group tensor() const { return {.size = degrees_.tensor, .stride = 1}; }
  /// Neighbours in a tensor group that have the same heads of keys and values.
  collective::Group key_copies(int size) const { return {.size = size, .stride = 1}; }
  collective::Group context() const { return {.size = degrees_.context, .stride = degrees_.tensor}; }
  /// Those that have the same weights, context and data together.
  collective::Group replicas() const;
  /// Neighbouring `size` of them, and one of each such part.
  collective::Group shards(int size) const;
  collective::Group across_shards(int size) const;
  collective::Group expert_tensor() const { return {.size = degrees_.expert_tensor, .stride = 1}; }
  collective::Group expert() const { return {.size = degrees_.expert, .stride = degrees_.expert_tensor}; }
  /// Those that have the same experts.
  collective::Group expert_replicas() const;
  collective::Group world() const { return {.size = degrees_.ranks(), .stride = 1}; }
  /// From each rank of stage `from` to its like in stage `to`.
  collective::Group hop(int from, int to) const { return {.size = 2, .stride = (to - from) * stage_stride()}; }

  /// The ranks of a stage; all without a pipeline.
  collective::Place stage(int stage) const;
  int stage_of(int rank) const { return rank / stage_stride() % degrees_.pipeline; }

 private:
  Degrees degrees_;
};

}  // namespace podsim::parallel
