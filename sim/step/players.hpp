#pragma once

#include "collective/schedule/schedule.hpp"
#include "step/clock.hpp"
#include "step/collective_run.hpp"
#include "step/fabric.hpp"

#include <simgrid/s4u.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace podsim::step {

/// Actors that play collectives on the network, as many as play at the same time.
class Players {
 public:
  /// `host`: where the actors live. `guarded` runs an actor's body: an exception that left an actor would abort.
  Players(Clock& clock, simgrid::s4u::Host* host, std::function<void(const std::function<void()>&)> guarded);

  /// Whoever has something played.
  class Audience {
   public:
    virtual ~Audience() = default;
    /// The play has ended; it had so many flows.
    virtual void played(int64_t flows) = 0;
  };

  /// A collective, or what is left of one.
  struct Piece {
    const Fabric* fabric = nullptr;
    const collective::Schedule* schedule = nullptr;  ///< lives until the end
    double bytes = 0;
    std::optional<Rest> rest{};
    Audience* audience = nullptr;
  };

  /// Plays `piece` from now on.
  void play(const Piece& piece);

 private:
  struct Player {
    Piece piece;
    double start = 0;
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
