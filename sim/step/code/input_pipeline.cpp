#include "step/code/input_pipeline.hpp"

#include <algorithm>

namespace podsim::step {

void InputPipeline::start(double now) {
  ready_seconds_ = now;
  next_seconds_ = ready_seconds_ + batch_seconds_;
}

void InputPipeline::take(double now) {
  if (++taken_ < ranks_) return;
  // Taken as a whole, it leaves room for the batch after the next, begun when that one is there.
  taken_ = 0;
  ready_seconds_ = next_seconds_;
  next_seconds_ = std::max(next_seconds_, now) + batch_seconds_;
}

void InputPipeline::skip(double seconds) {
  ready_seconds_ -= seconds;
  next_seconds_ -= seconds;
}

}  // namespace podsim::step
