#pragma once

#include "run/account/result.hpp"

#include <string>
#include <vector>

namespace podsim::study {

/// Work of one kind without a break on the first rank, in the order of the step.
struct PathPart {
  double seconds = 0;
  std::string category;  ///< of run::TimelineEntry, "wait" among them
  int64_t operations = 0;
  std::string longest;  ///< name of its longest operation; of a wait, the collective that ends it
};

/// The critical path of a step: what the first rank did or waited for, one part after the other. The
/// parts sum to the step.
std::vector<PathPart> critical_path(const run::PhaseResult& phase);

/// Operations of one name on the device, all together.
struct OperationTotal {
  std::string name;
  int64_t count = 0;
  double seconds = 0;
};

/// The `most` names that take longest, longest first. Numbers inside names are left out, so that equal
/// layers count together.
std::vector<OperationTotal> longest_operations(const run::PhaseResult& phase, std::size_t most);

}  // namespace podsim::study
