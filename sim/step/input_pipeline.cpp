#include "step/input_pipeline.hpp"

#include "step/clock.hpp"

#include <algorithm>

namespace podsim::step {

void InputPipeline::start() {
  ready_seconds_ = Clock::now();
  next_seconds_ = ready_seconds_ + batch_seconds_;
}

void InputPipeline::take() {
  if (++taken_ < ranks_) return;
  // Taken as a whole, it leaves room for the batch after the next, begun when that one is there.
  taken_ = 0;
  ready_seconds_ = next_seconds_;
  next_seconds_ = std::max(next_seconds_, Clock::now()) + batch_seconds_;
}

}  // namespace podsim::step
