#pragma once

#include <simgrid/s4u.hpp>

#include <cstdint>
#include <queue>
#include <vector>

namespace podsim::step {

/// Whoever wants to be called at a simulated time.
class Sleeper {
 public:
  virtual ~Sleeper() = default;
  virtual void wake() = 0;
};

/// Wakes sleepers at their times, those of one time in the order in which they asked. A rank that computes costs an
/// entry in a queue, and no SimGrid actor. The clock is one actor; what is played on the network meanwhile
/// (`enter`, `leave`) keeps it waiting for more.
class Clock {
 public:
  /// Wakes `sleeper` when `seconds` have passed. Not negative.
  void sleep(double seconds, Sleeper& sleeper) { sleep_until(now() + seconds, sleeper); }
  void sleep_until(double time, Sleeper& sleeper);

  /// Something is played on the network that may ask for more when it ends.
  void enter() { ++plays_; }
  void leave();

  /// The actor's body: returns when nobody sleeps and nothing is played.
  void run();

  static double now() { return simgrid::s4u::Engine::get_clock(); }

 private:
  struct Alarm {
    double time = 0;
    uint64_t number = 0;
    Sleeper* sleeper = nullptr;

    bool operator>(const Alarm& other) const { return time != other.time ? time > other.time : number > other.number; }
  };

  void wake_due();
  void pause();
  void interrupt();

  std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> alarms_;
  uint64_t alarms_set_ = 0;
  int plays_ = 0;        ///< on the network now
  bool paused_ = false;  ///< the actor waits, and can be interrupted
  simgrid::s4u::SemaphorePtr interrupted_ = simgrid::s4u::Semaphore::create(0);
};

}  // namespace podsim::step
