#pragma once

#include "collective/schedule/schedule.hpp"
#include "step/clock.hpp"
#include "step/fabric.hpp"

#include <simgrid/s4u.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace podsim::step {

/// Actors that play collectives on the network, as many as play at the same time.
class Players {
 public:
  /// `host`: where the actors live. `guarded` runs an actor's body: an exception that left an actor would abort.
  Players(Clock& clock, simgrid::s4u::Host* host, std::function<void(const std::function<void()>&)> guarded);

  /// Called when a play has ended, with its flows.
  using Ended = std::function<void(int64_t flows)>;

  /// Plays `schedule` from now on. The schedule must live until the end.
  void play(const Fabric& fabric, const collective::Schedule& schedule, double bytes, Ended ended);

 private:
  struct Part {
    const Fabric* fabric = nullptr;
    const collective::Schedule* schedule = nullptr;
    double bytes = 0;
    Ended ended;
  };

  struct Player {
    Part part;
    simgrid::s4u::SemaphorePtr called = simgrid::s4u::Semaphore::create(0);
  };

  void perform(Player& player);

  Clock& clock_;
  simgrid::s4u::Host* host_;
  std::function<void(const std::function<void()>&)> guarded_;
  std::vector<std::unique_ptr<Player>> players_;
  std::vector<Player*> idle_;
};

}  // namespace podsim::step
