#pragma once

#include "parallel/program.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace podsim::step {

/// What a rank, or the network, did and when, from the start of the step.
/// `end_wait`: for ranks that reach the end of the step later. A message may have begun in the step before: then it
/// starts at 0.
struct Span {
  enum class Kind { work, input_wait, message_wait, end_wait, message };
  Kind kind = Kind::work;
  int block = 0;  ///< of the program, whose instruction it is; else 0
  int index = 0;  ///< of the instruction in the block, or of the message; else 0
  double start_seconds = 0;
  double end_seconds = 0;
};

/// What the time of a rank's path through a step went for. The parts sum to the step.
struct PathSeconds {
  double compute_seconds = 0;
  double exposed_communication_seconds = 0;
  /// Waiting for what other kinds of rank have not yet sent, or for their end of the step.
  double bubble_seconds = 0;
  double optimizer_seconds = 0;
  double input_seconds = 0;
  double overhead_seconds = 0;
  /// The exposed communication by what was waited for. In a program of one kind, waiting for the end of the step counts
  /// as a barrier.
  std::array<double, parallel::kTraffics> exposed_seconds{};

  double sum() const {
    return compute_seconds + exposed_communication_seconds + bubble_seconds + optimizer_seconds + input_seconds +
           overhead_seconds;
  }
  /// Adds `times` as much as `other`.
  void add(const PathSeconds& other, double times = 1);
};

/// One steady step of one program. Its own parts are those of the busiest kind: that of most work.
struct StepMeasurement : PathSeconds {
  double seconds = 0;
  int64_t steps = 0;               ///< simulated until it was known what every further step takes
  int64_t flows = 0;               ///< simulated in all those steps, but for messages that ended after the last
  size_t kind = 0;                 ///< the busiest
  std::vector<PathSeconds> kinds;  ///< by kind of the program: the path of its first simulated rank; 0 without one
  /// Of that kind, and of the messages that it starts or awaits. Where a loop repeats itself, only some of its
  /// iterations are there: the rest of them took as long.
  std::vector<Span> spans;
  double skipped_seconds = 0;  ///< of such iterations
};

}  // namespace podsim::step
