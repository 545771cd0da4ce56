#pragma once

#include "parallel/program.hpp"
#include "step/channel.hpp"
#include "step/crew.hpp"
#include "step/players.hpp"
#include "step/rank.hpp"
#include "step/simulation.hpp"
#include "step/skipping.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace podsim::step {

/// One program on all simulated ranks, step after step until it is known what every further step takes:
/// two in a row took the same time, or the first left nothing behind that the second could meet. Before the first, messages
/// whose time the code of the ranks needs are played alone.
class StepRun : private Channel::Listener, private Rank::Follower, private Players::Audience {
 public:
  /// All must outlive the run.
  StepRun(const Case& simulated, const parallel::StepProgram& program, const Venue& venue);

  /// Begins the first step. `at_end` is called when the last is over and all its messages have arrived.
  void begin(std::function<void()> at_end);

  bool ended() const { return ended_; }
  /// What is under way where the run has come to a halt before its end: "message 1 waits for 2 of 4 ranks".
  std::string under_way() const;
  const StepMeasurement& measurement() const { return measurement_; }
  /// What went wrong; empty if all went well.
  const std::string& failure() const { return failure_; }

 private:
  /// Plays the next own message whose time is not known; without one, the steps begin.
  void rehearse();
  /// Whether it is known what a collective takes, or what one takes that does the same in another place.
  bool knows(const collective::Demand& demand);
  void played(int64_t flows) override;
  void begin_step();
  void arrived(double began) override;
  void at_end_of_step() override;
  void at_iteration() override { skipping_->at_iteration(); }
  void end_step();
  void end_when_idle();
  /// The next step starts as the first did: no messages under way, and its input comes in time.
  bool leaves_nothing_behind(double step_seconds) const;
  bool idle() const;
  void measure(double step_seconds);

  const Case& case_;
  const parallel::StepProgram& program_;
  Venue venue_;
  std::function<void()> at_end_;
  Crew crew_;
  std::vector<collective::Demand> rehearsals_;  ///< that are still to come, the last first
  std::optional<Skipping> skipping_;
  size_t ranks_at_end_ = 0;
  double began_ = 0;  ///< the step, or the rehearsal
  double seconds_before_ = 0;
  bool ended_ = false;
  StepMeasurement measurement_;
  std::string failure_;
};

}  // namespace podsim::step
