#pragma once

#include "support/run_draw.hpp"

#include <string>

namespace podsim::tests {

/// Most ranks for which a drawn run is simulated rank by rank too.
inline constexpr int kMostComparedRanks = 64;

/// A line that starts so says that a faster link made a step slower and that the library took another algorithm for it.
inline constexpr const char* kOtherAlgorithm = "other algorithm: ";

/// What does not hold of a run that must hold of any, a line each; empty where all holds. Simulates: once a process.
std::string findings_of(const DrawnRun& drawn);

}  // namespace podsim::tests
