#pragma once

#include "collective/schedule/operation.hpp"
#include "parallel/program.hpp"

#include <optional>
#include <vector>

namespace podsim::step {

/// Which channels the messages of a program travel on: folded, one for each stream; in full, one for each group of a
/// stream's place, by its first rank, but one for all where there is only one group.
class Groups {
 public:
  /// `ranks`: of the slice.
  Groups(const parallel::StepProgram& program, int ranks, bool full);

  /// The first rank of a rank's group for a message, `kAllGroups` where the stream has one channel; nothing for a rank
  /// that is in none of the groups.
  std::optional<int> of_rank(int message, int rank) const;

  /// What the channels of a message ask for.
  std::vector<collective::Demand> demands(int message) const;

 private:
  const parallel::StepProgram& program_;
  std::vector<std::vector<int>> firsts_;  ///< by message: first ranks of its groups, ascending
};

/// Every demand that the simulation of a program asks for, folded or in full on a slice of so many ranks.
std::vector<collective::Demand> demands_of(const parallel::StepProgram& program, int ranks, bool full);

}  // namespace podsim::step
