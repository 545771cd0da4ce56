#pragma once

#include "catalog/catalog.hpp"
#include "run/run.hpp"
#include "study/run_spec.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace podsim::study {

/// A point whose simulation broke: an error, or its process died.
struct FailedRun {
  std::string reason;
};

using PointOutcome = std::variant<run::RunResult, run::ImpossibleRun, FailedRun>;

/// "done", "impossible" or "failed".
std::string status_of(const PointOutcome& outcome);

/// Why there is no result; empty for a result.
std::string reason_of(const PointOutcome& outcome);

/// The first line of the reason: without the way out, which is for one run.
std::string short_reason_of(const PointOutcome& outcome);

struct SimulateOptions {
  std::size_t block = 16;  ///< points that share a process, whatever `workers` is
  int workers = 1;         ///< processes at a time
  /// What a block is given to, once it is resolved.
  std::function<std::vector<run::Outcome>(const std::vector<run::RunRequest>&)> run = run::run_all;
  std::function<void(std::size_t points)> progress = [](std::size_t) {};  ///< points settled so far
};

/// Simulates the points in forked processes, one call of run::run_all for each
/// block, and returns the outcomes in the order of `points`, the same whatever
/// the number of workers. The points of a block that breaks are simulated again,
/// each alone, so that only the culprit fails. Throws Interrupted.
std::vector<PointOutcome> simulate(const catalog::Catalog& catalog, const std::vector<RunSpec>& points,
                                   const SimulateOptions& options);

/// `simulate` with any other function in the place of resolving and run::run_all:
/// it is given a block and returns its outcomes. Runs in the forked process.
using BlockFunction = std::function<std::vector<PointOutcome>(const std::vector<RunSpec>& block)>;
std::vector<PointOutcome> simulate_blocks(const std::vector<RunSpec>& points, const SimulateOptions& options,
                                          const BlockFunction& simulate_block);

}  // namespace podsim::study
