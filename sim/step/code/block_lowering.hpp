#pragma once

#include "parallel/program.hpp"
#include "step/code/rank_code.hpp"

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
  /// As `lowered_code`. `program` must outlive it.
  BlockLowering(const parallel::StepProgram& program, const parallel::RankKind& kind,
                const std::vector<std::optional<double>>& own);

  std::vector<Stretch> stretches(const parallel::Block& block) const;

 private:
  /// Streams whose messages are all own and begin and end inside blocks.
  void close_streams(const parallel::RankKind& kind);
  /// Of these streams those of which nothing is under way at messages of others in this block.
  std::vector<bool> lowered_in(const parallel::Block& block) const;

  const parallel::StepProgram& program_;
  std::vector<double> seconds_;  ///< by message
  std::vector<bool> closed_;     ///< by stream
};

}  // namespace podsim::step
