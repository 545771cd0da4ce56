#include "step/input_pipeline.hpp"

namespace podsim::step {

void InputPipeline::take() {
  ready_->acquire();
  if (++taken_ < ranks_) return;
  taken_ = 0;
  room_->release();
}

void InputPipeline::serve() {
  while (true) {
    room_->acquire();
    simgrid::s4u::this_actor::sleep_for(batch_seconds_);
    for (int rank = 0; rank < ranks_; ++rank) ready_->release();
  }
}

}  // namespace podsim::step
