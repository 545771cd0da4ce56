#pragma once

#include "parallel/program.hpp"
#include "step/communicator.hpp"
#include "step/input_pipeline.hpp"
#include "step/simulation.hpp"

#include <simgrid/s4u.hpp>

#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace podsim::step {

/// One program on all simulated ranks, step after step until it is known what every further step takes:
/// two in a row took the same time, or the first left nothing behind that the second could meet.
class StepRun {
 public:
  /// `host`: where the actors live; they sleep for as long as the ranks compute.
  StepRun(const Case& simulated, const parallel::StepProgram& program, const Fabric& fabric, SoloSeconds& known,
          simgrid::s4u::Host* host);

  /// The calling actor is the first rank; spawns the others and returns when the last is done.
  void run();

  const StepMeasurement& measurement() const { return measurement_; }
  /// What an actor threw; empty if all went well.
  const std::string& failure() const { return failure_; }

 private:
  /// Runs an actor's body; an exception that left an actor would abort the process.
  void guarded(const std::function<void()>& body);
  void rank(int rank);
  void walk(int rank, InputPipeline& input);
  void record(Span::Kind kind, int index, double start_seconds);
  /// The next step starts as the first did: no gradients under way, and its input comes in time.
  bool leaves_nothing_behind(double step_seconds) const;
  void finish(double step_seconds);
  void account(const Span& span);

  const Case& case_;
  const parallel::StepProgram& program_;
  simgrid::s4u::Host* host_;
  Communicator communicator_;
  std::deque<InputPipeline> inputs_;
  simgrid::s4u::BarrierPtr step_end_;
  double step_start_seconds_ = 0;
  std::vector<Span> spans_;
  StepMeasurement measurement_;
  std::string failure_;
};

}  // namespace podsim::step
