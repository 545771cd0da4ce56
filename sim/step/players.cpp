#include "step/players.hpp"

#include "step/collective_run.hpp"

#include <utility>

namespace podsim::step {

namespace sg = simgrid::s4u;

namespace {

/// Leaves the clock also where a play fails, or it would wait for ever.
class Leaving {
 public:
  explicit Leaving(Clock& clock) : clock_(clock) {}
  ~Leaving() { clock_.leave(); }
  Leaving(const Leaving&) = delete;
  Leaving& operator=(const Leaving&) = delete;

 private:
  Clock& clock_;
};

}  // namespace

Players::Players(Clock& clock, sg::Host* host, std::function<void(const std::function<void()>&)> guarded)
    : clock_(clock), host_(host), guarded_(std::move(guarded)) {}

void Players::play(const Fabric& fabric, const collective::Schedule& schedule, double bytes, Ended ended) {
  clock_.enter();
  if (idle_.empty()) {
    players_.push_back(std::make_unique<Player>());
    Player& player = *players_.back();
    sg::Actor::create("player", host_, [this, &player] {
      guarded_([this, &player] { perform(player); });
    })->daemonize();
    idle_.push_back(&player);
  }
  Player& player = *idle_.back();
  idle_.pop_back();
  player.part = {&fabric, &schedule, bytes, std::move(ended)};
  player.called->release();
}

void Players::perform(Player& player) {
  while (true) {
    player.called->acquire();
    const Part part = std::move(player.part);
    const Leaving leaving(clock_);
    const int64_t flows = step::play(*part.fabric, *part.schedule, part.bytes);
    idle_.push_back(&player);
    part.ended(flows);
  }
}

}  // namespace podsim::step
