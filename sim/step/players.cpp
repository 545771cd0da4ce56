#include "step/players.hpp"

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

void Players::play(const Piece& piece) {
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
  player.piece = piece;
  player.start = clock_.now();
  player.called->release();
}

void Players::perform(Player& player) {
  while (true) {
    player.called->acquire();
    const Piece piece = player.piece;
    const Leaving leaving(clock_);
    Clock::hold_until(player.start);
    const int64_t flows = piece.rest ? play_rest(*piece.fabric, *piece.schedule, piece.bytes, *piece.rest)
                                     : step::play(*piece.fabric, *piece.schedule, piece.bytes);
    idle_.push_back(&player);
    piece.audience->played(flows);
  }
}

}  // namespace podsim::step
