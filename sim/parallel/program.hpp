#pragma once

#include "collective/schedule/operation.hpp"

#include <string>
#include <variant>
#include <vector>

namespace podsim::parallel {

/// What a rank is busy with. Forward and backward together are the compute of a step.
enum class Activity { overhead, forward, backward, optimizer };

/// One operation with its time on the rank.
struct TimedOperation {
  std::string name;
  Activity activity = Activity::forward;
  double seconds = 0;
  double flops = 0;  ///< matrix operations
  double bytes = 0;
};

/// Work without a break: `operations[first..last)` of the program.
struct Work {
  Activity activity = Activity::forward;
  double seconds = 0;
  int first = 0;
  int last = 0;

  bool operator==(const Work&) const = default;
};

/// The rank's part in a message is ready; the rank goes on.
struct Start {
  int message = 0;

  bool operator==(const Start&) const = default;
};

/// The rank goes on when the message has arrived.
struct Await {
  int message = 0;
  bool of_last_step = false;  ///< the one that the step before has started; none in the first step

  bool operator==(const Await&) const = default;
};

using Instruction = std::variant<Work, Start, Await>;

/// What a message carries.
enum class Traffic { gradients, statistics, weights };

/// Messages of one group, which it plays one after the other.
struct Stream {
  collective::Group group;

  bool operator==(const Stream&) const = default;
};

/// One collective of a stream's group in every step. It begins when all its ranks have started it.
struct Message {
  int stream = 0;
  Traffic traffic = Traffic::gradients;
  collective::Operation operation = collective::Operation::all_reduce;
  double bytes = 0;  ///< as `collective::Operation` counts them
  int bucket = 0;    ///< number of the bucket of gradients, or of their weights

  bool operator==(const Message&) const = default;
};

/// Ranks that do the same in a step.
struct RankKind {
  std::vector<Instruction> code;

  bool operator==(const RankKind&) const = default;
};

/// One training step of all ranks. Each waits for its input, then walks through the code of its kind.
struct StepProgram {
  std::vector<TimedOperation> operations;  ///< of all kinds; may be left out, the simulation does not look at them
  std::vector<RankKind> kinds;
  std::vector<Stream> streams;
  std::vector<Message> messages;
  double input_seconds = 0;  ///< that a node's input pipeline needs for one step; it works ahead. 0: it keeps up

  collective::Demand demand(const Message& message) const {
    return {message.operation, streams[static_cast<size_t>(message.stream)].group, message.bytes};
  }
};

/// Seconds of work in a kind's code.
double work_seconds(const RankKind& kind);
double work_seconds(const RankKind& kind, Activity activity);

}  // namespace podsim::parallel
