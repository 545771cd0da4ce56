#pragma once

namespace podsim::step {

/// The host side of one node: prepares batches at its own rate, up to two ahead of the step, the first
/// before the run starts.
class InputPipeline {
 public:
  /// `batch_seconds`: time to prepare one batch for all `ranks` of the node.
  InputPipeline(int ranks, double batch_seconds) : ranks_(ranks), batch_seconds_(batch_seconds) {}

  /// The first batch is there now, the second is begun.
  void start(double now);

  /// Simulated time at which the batch at hand is or will be there.
  double ready_seconds() const { return ready_seconds_; }

  /// A rank takes its share of the batch at hand, which is there. Each rank takes once a step.
  void take(double now);

  /// So much more time has passed than the clock shows.
  void skip(double seconds);

 private:
  int ranks_;
  double batch_seconds_;
  int taken_ = 0;  ///< shares of the batch at hand
  double ready_seconds_ = 0;
  double next_seconds_ = 0;  ///< and of the batch after it
};

}  // namespace podsim::step
