#pragma once

#include "parallel/program.hpp"
#include "step/channel.hpp"
#include "step/input_pipeline.hpp"
#include "step/rank.hpp"
#include "step/simulation.hpp"

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace podsim::step {

/// One program on all simulated ranks, step after step until it is known what every further step takes:
/// two in a row took the same time, or the first left nothing behind that the second could meet.
class StepRun : private Channel::Listener {
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
  void begin_step();
  void arrived() override { end_when_idle(); }
  void end_of_rank();
  void end_step();
  void end_when_idle();
  /// The next step starts as the first did: no messages under way, and its input comes in time.
  bool leaves_nothing_behind(double step_seconds) const;
  bool idle() const;
  void measure(double step_seconds);

  const Case& case_;
  const parallel::StepProgram& program_;
  std::function<void()> end_of_rank_ = [this] { end_of_rank(); };
  std::function<void()> at_end_;
  std::deque<Channel> channels_;  ///< by stream of the program
  std::deque<InputPipeline> inputs_;
  std::deque<Rank> ranks_;
  size_t ranks_at_end_ = 0;
  double step_start_ = 0;
  double seconds_before_ = 0;
  bool ended_ = false;
  StepMeasurement measurement_;
  std::string failure_;
};

}  // namespace podsim::step
