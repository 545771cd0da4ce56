#pragma once

#include "parallel/program.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace podsim::step {

/// The messages of a piece of code, each stream's in the order of their starts.
class Underway {
 public:
  /// `program` must outlive it.
  explicit Underway(const parallel::StepProgram& program);

  void start(int message, double now, double seconds);
  /// When the next message of this number arrives; nothing if none was started.
  std::optional<double> await(int message);
  /// Without times. False for an await of what was not started.
  bool follow(const parallel::Instruction& instruction);
  /// Begins another piece of code.
  void clear();

  /// What was started, each once.
  const std::vector<int>& touched() const { return touched_; }
  double arrival_of_last(int message) const { return messages_[static_cast<size_t>(message)].arrivals.back().time; }
  /// All that was started of a stream was awaited.
  bool idle(size_t stream) const { return streams_[stream].awaited == streams_[stream].started; }
  /// A message that is ever awaited was so as often as it was started.
  bool balanced(int message, bool awaited) const;

 private:
  struct Arrival {
    double time = 0;
    int number = 0;
  };
  struct Message {
    std::vector<Arrival> arrivals;
    size_t awaits = 0;
  };
  struct Stream {
    double idle_at = 0;
    int started = 0;
    int awaited = 0;
  };

  Message& of(int message) { return messages_[static_cast<size_t>(message)]; }
  Stream& stream_of(int message);

  const parallel::StepProgram& program_;
  std::vector<Message> messages_;
  std::vector<Stream> streams_;
  std::vector<int> touched_;
};

}  // namespace podsim::step
