#pragma once

#include "collective/schedule/operation.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
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
  bool weight_gradient = false;  ///< nothing of the backward pass waits for it
};

/// Work without a break: `operations[first..last)` of the program, where it lists them.
struct Work {
  Activity activity = Activity::forward;
  double seconds = 0;
  int first = 0;
  int last = 0;

  bool operator==(const Work&) const = default;
};

/// The rank's part in the next message of this number is ready; the rank goes on.
struct Start {
  int message = 0;

  bool operator==(const Start&) const = default;
};

/// The rank goes on when the message has arrived: the n-th await of a message waits for its n-th arrival.
struct Await {
  int message = 0;
  bool of_last_step = false;  ///< as many earlier as a step has of them; none in the first step. Not in repeated loops

  bool operator==(const Await&) const = default;
};

using Instruction = std::variant<Work, Start, Await>;

/// Instructions in a row. Kinds of rank may share blocks.
using Block = std::vector<Instruction>;

/// What a message carries. tensor, context, experts: what a layer exchanges inside a shard of its kind. activations: also
/// their gradients, from stage to stage of a pipeline. tied: gradients of weights that two stages share.
enum class Traffic { gradients, statistics, weights, tensor, context, experts, activations, tied, barrier };

inline constexpr std::size_t kTraffics = 9;

std::string_view name_of(Traffic traffic);

/// Messages of one group, or of all groups alike whose first rank lies in `place`, which it plays one after the other.
struct Stream {
  collective::Group group;
  collective::Place place{};

  bool operator==(const Stream&) const = default;
};

/// One collective of a stream's group, once or more often in every step. It begins when all have started it that start
/// it at all; they do so equally often. Who awaits it does so as often, also a receiver that starts nothing.
struct Message {
  int stream = 0;
  Traffic traffic = Traffic::gradients;
  collective::Operation operation = collective::Operation::all_reduce;
  double bytes = 0;  ///< as `collective::Operation` counts them
  int bucket = 0;    ///< number of the bucket of gradients, or of their weights

  bool operator==(const Message&) const = default;
};

/// Blocks in a row, all of them so many times.
struct Loop {
  std::vector<int> blocks;  ///< of the program
  int64_t times = 1;

  bool operator==(const Loop&) const = default;
};

/// Ranks that do the same in a step: its loops, one after the other.
struct RankKind {
  std::vector<Loop> loops;
  bool takes_input = true;  ///< waits for a share of its node's input
  int stage = 0;            ///< of the pipeline

  bool operator==(const RankKind&) const = default;
};

/// One training step of all ranks. Each waits for its input, then walks through the loops of its kind.
struct StepProgram {
  std::vector<TimedOperation> operations;  ///< of all kinds; left out for all but a timeline
  std::vector<Block> blocks;
  std::vector<RankKind> kinds;
  std::vector<Stream> streams;
  std::vector<Message> messages;
  double input_seconds = 0;  ///< that a node's input pipeline needs for one step; it works ahead. 0: it keeps up

  collective::Demand demand(const Message& message) const {
    const Stream& stream = streams[static_cast<size_t>(message.stream)];
    return {message.operation, stream.group, message.bytes, stream.place};
  }

  /// A kind that walks through one block once. Returns its number.
  size_t add_kind(Block code);
};

/// Calls `visit(instruction, times)` for each instruction of a kind, with how often its loop comes by in a step.
template <typename Visit>
void each_instruction(const StepProgram& program, const RankKind& kind, const Visit& visit) {
  for (const Loop& loop : kind.loops) {
    for (const int block : loop.blocks) {
      for (const Instruction& instruction : program.blocks[static_cast<size_t>(block)]) {
        visit(instruction, loop.times);
      }
    }
  }
}

/// Seconds of work of a kind in a step.
double work_seconds(const StepProgram& program, const RankKind& kind);
double work_seconds(const StepProgram& program, const RankKind& kind, Activity activity);

/// Number of the kind that works longest in a step; of equal ones the first.
size_t busiest_kind(const StepProgram& program);

}  // namespace podsim::parallel
