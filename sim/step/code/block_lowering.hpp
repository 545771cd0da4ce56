#pragma once

#include "parallel/program.hpp"
#include "step/code/rank_code.hpp"
#include "step/code/underway.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <vector>

namespace podsim::step {

/// What a rank does in a block up to the next message of others: one sleep.
struct Stretch {
  Sleep sleep;
  double seconds = 0;
  std::optional<int> message;  ///< instruction that starts or awaits it; nothing at the end of the block
};

/// Turns work, and messages whose time is known, into sleeps.
class BlockLowering {
 public:
  /// As `lowered_code`. `program` and `own` must outlive it.
  BlockLowering(const parallel::StepProgram& program, const parallel::RankKind& kind, const OwnMessages& own);

  /// Of a block of the program that is one of the kind's.
  std::vector<Stretch> stretches(int block);

 private:
  const parallel::Block& code_of(int block) const { return program_.blocks[static_cast<size_t>(block)]; }
  /// Streams whose messages are all own and begin and end inside blocks.
  void close_streams(const parallel::RankKind& kind);
  /// Follows the kind's messages through two steps.
  void find_entered(const parallel::RankKind& kind);
  /// Streams of a loop of which more is started, or awaited, with each iteration.
  void find_unbalanced(const parallel::Loop& loop);
  /// Of the closed streams those of which nothing is under way in this block at messages of others, or beside them.
  std::vector<bool> lowered_in(int block);

  const parallel::StepProgram& program_;
  const OwnMessages& own_;
  std::vector<size_t> streams_;               ///< of the kind's messages
  std::vector<bool> closed_;                  ///< by stream
  std::vector<bool> awaited_;                 ///< by message, whether the kind awaits it at all
  std::map<int, std::vector<bool>> entered_;  ///< by block: streams of which something may be under way at its start
  Underway underway_;                         ///< in one block
};

}  // namespace podsim::step
