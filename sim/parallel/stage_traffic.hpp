#pragma once

#include "parallel/code_builder.hpp"
#include "parallel/plan/plan.hpp"

#include <map>
#include <tuple>
#include <utility>

namespace podsim::parallel {

/// What ranks of a pipeline send each other: activations forward, their gradients back, gradients of weights that two
/// stages share, and the word that all are through.
class StageTraffic {
 public:
  /// `whole_bytes`: of the activations of a micro-batch between two stages of the model, on the ranks of a tensor group
  /// together; each of them sends its part. `plan` and `builder` must outlive it.
  StageTraffic(const Plan& plan, double whole_bytes, CodeBuilder& builder)
      : plan_(plan), whole_bytes_(whole_bytes), builder_(builder) {}

  double whole_bytes() const { return whole_bytes_; }

  static constexpr int kNone = -1;

  /// The message by which chunk `chunk` of a rank sends on what its forward pass (else: its backward pass) made; none
  /// where the pipeline ends or the next stage is on the same rank.
  int sent(int rank, int chunk, bool forward) { return message(rank, chunk, forward, true); }
  /// And the one by which that chunk's pass gets what it works on.
  int received(int rank, int chunk, bool forward) { return message(rank, chunk, forward, false); }

  /// From rank to rank of the pipeline, once a step; `bytes` on each rank of a stage. The same for both ends.
  int pair_message(int from, int to, Traffic traffic, double bytes);
  /// All ranks of the job meet.
  int barrier();

 private:
  int message(int rank, int chunk, bool forward, bool sent);
  int stream(int from, int to);
  /// The rank that holds a stage of the model, for micro-batches that go through `chunk` of DualPipe.
  int rank_of(int stage, int chunk) const;

  const Plan& plan_;
  double whole_bytes_;
  CodeBuilder& builder_;
  std::map<std::pair<int, int>, int> streams_;                   ///< by rank from and to
  std::map<std::pair<std::pair<int, int>, int>, int> messages_;  ///< by stage of the model from and to, and direction
  std::map<std::tuple<int, int, Traffic>, int> pairs_;
  int barrier_ = kNone;
};

}  // namespace podsim::parallel
