#include "step/clock.hpp"

namespace podsim::step {
namespace {

/// A step on the way to `time` that SimGrid takes without a rounding: one of more than all the time that has passed
/// could end beside it, so it goes by parts that each double the time.
double exact_step(double time) {
  const double start = simgrid::s4u::Engine::get_clock();
  return (start > 0 ? std::min(time, 2 * start) : time) - start;
}

}  // namespace

void Clock::sleep_until(double time, Sleeper& sleeper, uint64_t nap) {
  alarms_.push({time, alarms_set_++, &sleeper, nap});
  interrupt();
}

void Clock::leave() {
  --plays_;
  interrupt();
}

void Clock::run() {
  while (true) {
    wake_due();
    if (plays_ > 0) {
      pause();
    } else if (alarms_.empty()) {
      return;
    } else {
      ahead_ = std::max(now(), alarms_.top().time);
    }
  }
}

void Clock::hold_until(double time) {
  while (simgrid::s4u::Engine::get_clock() < time) simgrid::s4u::this_actor::sleep_for(exact_step(time));
}

void Clock::wake_due() {
  while (!alarms_.empty() && alarms_.top().time <= now()) {
    const Alarm due = alarms_.top();
    alarms_.pop();
    due.sleeper->wake(due.nap);
  }
}

/// Until the next alarm, or until a play changes something.
void Clock::pause() {
  paused_ = true;
  if (alarms_.empty()) {
    interrupted_->acquire();
  } else {
    interrupted_->acquire_timeout(exact_step(alarms_.top().time));
  }
  paused_ = false;
}

void Clock::interrupt() {
  if (!paused_) return;
  paused_ = false;
  interrupted_->release();
}

}  // namespace podsim::step
