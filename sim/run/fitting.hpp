#pragma once

#include "run/layout.hpp"

#include <optional>
#include <string>

namespace podsim::run {

/// A layout that fits into memory and what had to be chosen for it.
struct Fitting {
  Layout layout;
  std::string words;  ///< "4 passes, --zero 1, --recompute full"; empty: nothing
};

/// Lays the request out so that it fits into memory: in the fewest passes a step; where not even one example of a rank
/// fits, with shared optimiser states (ZeRO 1), then with all layers computed again, then with both. What the request says
/// of these stays as it says. What was chosen is written into the request; absent, and the request unchanged, where
/// nothing fits. Throws as lay_out().
std::optional<Fitting> lay_out_fitting(RunRequest& request);

}  // namespace podsim::run
