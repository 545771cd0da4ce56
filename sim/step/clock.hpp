#pragma once

#include <simgrid/s4u.hpp>

#include <algorithm>
#include <cstdint>
#include <queue>
#include <vector>

namespace podsim::step {

/// Whoever wants to be called at a simulated time.
class Sleeper {
 public:
  virtual ~Sleeper() = default;
  /// `nap`: what it has given the clock with the call.
  virtual void wake(uint64_t nap) = 0;
};

/// Wakes sleepers at their times, those of one time in the order in which they asked. A rank that computes costs an
/// entry in a queue, and no SimGrid actor. While nothing is played on the network (`enter`, `leave`) time passes here
/// alone, ahead of SimGrid's, and what is then played begins when SimGrid has come so far. The clock is one actor.
class Clock {
 public:
  /// Wakes `sleeper` when `seconds` have passed. Not negative. `nap`: for who may have to tell one call from another.
  void sleep(double seconds, Sleeper& sleeper, uint64_t nap = 0) { sleep_until(now() + seconds, sleeper, nap); }
  void sleep_until(double time, Sleeper& sleeper, uint64_t nap = 0);

  /// Something is played on the network that may ask for more when it ends.
  void enter() { ++plays_; }
  void leave();

  /// The actor's body: returns when nobody sleeps and nothing is played.
  void run();

  double now() const { return std::max(ahead_, simgrid::s4u::Engine::get_clock()); }

  /// Holds up the calling actor until SimGrid has come to exactly this time.
  static void hold_until(double time);

 private:
  struct Alarm {
    double time = 0;
    uint64_t number = 0;
    Sleeper* sleeper = nullptr;
    uint64_t nap = 0;

    bool operator>(const Alarm& other) const { return time != other.time ? time > other.time : number > other.number; }
  };

  void wake_due();
  void pause();
  void interrupt();

  std::priority_queue<Alarm, std::vector<Alarm>, std::greater<>> alarms_;
  uint64_t alarms_set_ = 0;
  double ahead_ = 0;     ///< the time, where SimGrid's is behind it
  int plays_ = 0;        ///< on the network now
  bool paused_ = false;  ///< the actor waits, and can be interrupted
  simgrid::s4u::SemaphorePtr interrupted_ = simgrid::s4u::Semaphore::create(0);
};

}  // namespace podsim::step
