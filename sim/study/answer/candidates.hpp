#pragma once

#include "catalog/lookup/catalog.hpp"
#include "run/run.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace podsim::study {

/// One way to run a workload: a slice of a platform and a batch, and options that fit into memory.
struct Candidate {
  run::RunRequest request;
  double least_hours = 0;  ///< no run is shorter
  double least_usd = 0;    ///< nor cheaper, at the kind of price that is asked for
  std::string to_fit;      ///< what was chosen so that it fits into memory (run/fitting.hpp)
};

/// The candidates of one platform, and why it has fewer than one could think.
struct PlatformCandidates {
  std::string platform;
  std::vector<Candidate> candidates;
  std::string reason;  ///< why there are none; else empty
  int64_t unfit = 0;   ///< that do not fit into memory even one example at a time
};

/// Batches to try: `asked`, or the recipe's and, where the workload has a law of convergence, its powers
/// of two inside the range where the law was seen to hold.
std::vector<int64_t> batches_of(const catalog::Workload& workload, const std::vector<int64_t>& asked);

/// Every size with every batch that divides over its ranks. `base` holds what all have in common.
/// Candidates without a price of this kind are left out.
PlatformCandidates candidates_of(const run::RunRequest& base, const std::vector<int64_t>& batches,
                                 const std::string& price_kind);

}  // namespace podsim::study
