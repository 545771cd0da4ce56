#pragma once

#include "run/run.hpp"

#include <string>
#include <variant>

namespace podsim::study {

/// A point whose simulation broke: an error, or its process died.
struct FailedRun {
  std::string reason;
};

/// A point of an interrupted sweep that has not been simulated.
struct PendingRun {};

using PointOutcome = std::variant<run::RunResult, run::ImpossibleRun, FailedRun, PendingRun>;

/// "done", "does_not_fit" (a result that needs more memory than there is), "impossible", "failed" or "pending".
std::string status_of(const PointOutcome& outcome);

/// Why there is no result, or why it is one on paper only; empty for a result that fits and for a pending point.
std::string reason_of(const PointOutcome& outcome);

/// The first line of the reason: without the way out, which is for one run.
std::string short_reason_of(const PointOutcome& outcome);

}  // namespace podsim::study
