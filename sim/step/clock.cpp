#include "step/clock.hpp"

#include <algorithm>

namespace podsim::step {

void Clock::sleep_until(double time, Sleeper& sleeper) {
  alarms_.push({time, alarms_set_++, &sleeper});
  interrupt();
}

void Clock::leave() {
  --plays_;
  interrupt();
}

void Clock::run() {
  while (true) {
    wake_due();
    if (alarms_.empty() && plays_ == 0) return;
    pause();
  }
}

void Clock::wake_due() {
  while (!alarms_.empty() && alarms_.top().time <= now()) {
    Sleeper* sleeper = alarms_.top().sleeper;
    alarms_.pop();
    sleeper->wake();
  }
}

/// Until the next alarm, or until a play changes something. A pause of more than all the time that has passed could
/// end beside its alarm by a rounding: it is made of parts that each double the time.
void Clock::pause() {
  paused_ = true;
  if (alarms_.empty()) {
    interrupted_->acquire();
  } else {
    const double start = now();
    const double time = alarms_.top().time;
    interrupted_->acquire_timeout((start > 0 ? std::min(time, 2 * start) : time) - start);
  }
  paused_ = false;
}

void Clock::interrupt() {
  if (!paused_) return;
  paused_ = false;
  interrupted_->release();
}

}  // namespace podsim::step
