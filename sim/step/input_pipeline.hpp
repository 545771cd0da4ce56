#pragma once

#include <simgrid/s4u.hpp>

namespace podsim::step {

/// The host side of one node: prepares batches at its own rate, up to two ahead of the step, the first
/// before the run starts.
class InputPipeline {
 public:
  /// `batch_seconds`: time to prepare one batch for all `ranks` of the node.
  InputPipeline(int ranks, double batch_seconds)
      : ranks_(ranks), batch_seconds_(batch_seconds), ready_(simgrid::s4u::Semaphore::create(ranks)) {}

  /// Blocks the calling rank until its share of the next batch is there.
  void take();

  /// The actor's body; never returns.
  void serve();

 private:
  int ranks_;
  double batch_seconds_;
  int taken_ = 0;
  simgrid::s4u::SemaphorePtr ready_;
  simgrid::s4u::SemaphorePtr room_ = simgrid::s4u::Semaphore::create(1);
};

}  // namespace podsim::step
