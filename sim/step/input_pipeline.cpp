#include "step/input_pipeline.hpp"

#include <simgrid/s4u.hpp>

#include <algorithm>

namespace podsim::step {

void InputPipeline::start() {
  ready_seconds_ = simgrid::s4u::Engine::get_clock();
  next_seconds_ = ready_seconds_ + batch_seconds_;
}

void InputPipeline::take() {
  simgrid::s4u::this_actor::sleep_until(ready_seconds_);
  if (++taken_ < ranks_) return;
  // Taken as a whole, it leaves room for the batch after the next, begun when that one is there.
  taken_ = 0;
  ready_seconds_ = next_seconds_;
  next_seconds_ = std::max(next_seconds_, simgrid::s4u::Engine::get_clock()) + batch_seconds_;
}

}  // namespace podsim::step
