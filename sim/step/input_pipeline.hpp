#pragma once

namespace podsim::step {

/// The host side of one node: prepares batches at its own rate, up to two ahead of the step, the first
/// before the run starts.
class InputPipeline {
 public:
  /// `batch_seconds`: time to prepare one batch for all `ranks` of the node.
  InputPipeline(int ranks, double batch_seconds) : ranks_(ranks), batch_seconds_(batch_seconds) {}

  /// The first batch is there, the second is begun.
  void start();

  /// Blocks the calling rank until its share of the next batch is there. Each rank takes once a step.
  void take();

 private:
  int ranks_;
  double batch_seconds_;
  int taken_ = 0;             ///< shares of the batch at hand
  double ready_seconds_ = 0;  ///< simulated time at which the batch at hand is or will be there
  double next_seconds_ = 0;   ///< and the one after it
};

}  // namespace podsim::step
