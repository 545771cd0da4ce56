#pragma once

#include "parallel/program.hpp"
#include "step/code/measurement.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace podsim::step {

/// Something that a rank does for a known time, or a message of its own meanwhile, as a part of a sleep.
struct Part {
  Span::Kind kind = Span::Kind::work;
  int index = 0;  ///< as that of a span
  double start_seconds = 0;
  double end_seconds = 0;  ///< from the start of the sleep
};

/// What a rank does next: sleep for a known time, or start or await a message.
struct Op {
  enum class Type { sleep, start, await, await_of_last_step };
  Type type = Type::sleep;
  int use = 0;         ///< of a message, in the kind's list
  int index = 0;       ///< of the instruction in its block; of a sleep the first
  double seconds = 0;  ///< of a sleep
  int sleep = -1;      ///< in the kind's list of sleeps of several parts; none: one piece of work
};

/// The parts of a sleep, and what they sum to.
struct Sleep {
  std::vector<Part> parts;
  PathSeconds sums;
};

/// A block of a program as a kind of rank goes through it.
struct OpBlock {
  int block = 0;  ///< of the program
  std::vector<Op> ops;
};

/// The loops of a kind of rank, ready to be walked through.
struct RankCode {
  std::vector<int> messages;    ///< of the program, that it starts or awaits
  std::vector<int64_t> awaits;  ///< of these in a step
  std::vector<OpBlock> blocks;
  std::vector<Sleep> sleeps;
  std::vector<parallel::Loop> loops;  ///< over `blocks`
};

/// Instruction by instruction.
RankCode plain_code(const parallel::StepProgram& program, const parallel::RankKind& kind);

/// Messages that are those of one kind of rank alone and whose time is known.
struct OwnMessages {
  std::vector<std::optional<double>> seconds;  ///< by message of the program; nothing for those of others
  /// By stream, the others that have links in common with it. For a stream of own messages they are such that the kind
  /// itself starts each of their messages: none of them is under way but from a start in its code to an await.
  std::vector<std::vector<int>> sharing;
};

/// The same, but what lies between two messages of others is one sleep. Own messages that are under way at another's start
/// or await, beside one that shares links with them, or at the end of a block, remain messages.
RankCode lowered_code(const parallel::StepProgram& program, const parallel::RankKind& kind, const OwnMessages& own);

}  // namespace podsim::step
