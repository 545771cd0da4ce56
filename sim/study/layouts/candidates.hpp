#pragma once

#include "parallel/memory.hpp"
#include "platform/slice.hpp"
#include "run/run.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace podsim::study {

/// A legal layout that fits, and what its step takes at least.
struct LayoutCandidate {
  parallel::PlanChoice choice;
  double floor_seconds = 0;
};

/// Memory of a layout that does not fit.
struct Misfit {
  parallel::PlanChoice choice;
  double needed_bytes = 0;  ///< with the least of the framework
  double capacity_bytes = 0;
  int stage = 0;
};

/// Layouts that have something in common, so that one may say what it costs or why it fails.
struct LayoutFamily {
  std::string name;  ///< "without a pipeline"
  std::function<bool(const parallel::PlanChoice&)> holds;
  std::size_t legal = 0;
  std::size_t fitting = 0;
  std::optional<Misfit> nearest;  ///< of those that do not fit the one that lacks least
  std::string first_rule;         ///< that one of them breaks, where none is legal
};

/// The families that are named beside an answer.
std::vector<LayoutFamily> layout_families();

/// All layouts of a request on a slice, sorted out before anything is simulated.
struct LayoutCandidates {
  std::size_t considered = 0;
  std::size_t illegal = 0;               ///< by the rules of parallel/plan
  std::size_t unfit = 0;                 ///< out of memory
  std::vector<LayoutCandidate> fitting;  ///< in the order of each_layout
  std::vector<LayoutFamily> families = layout_families();
  std::optional<Misfit> nearest;  ///< of all that do not fit
  std::string first_rule;         ///< that the first illegal one breaks
};

/// `workers`: processes that time collectives. Throws Interrupted.
LayoutCandidates layout_candidates(const run::RunRequest& request, const platform::Slice& slice, int workers);

}  // namespace podsim::study
