#pragma once

#include "catalog/lookup/catalog.hpp"
#include "study/point/block.hpp"
#include "study/point/outcome.hpp"
#include "study/point/resolver.hpp"
#include "study/point/run_spec.hpp"

#include <cstddef>
#include <functional>
#include <vector>

namespace podsim::study {

/// run::run_all, or one like it.
using RunFunction = std::function<std::vector<run::Outcome>(const std::vector<run::RunRequest>&)>;

struct SimulateOptions {
  std::size_t block = 16;          ///< points that share a process, whatever `workers` is
  int workers = 1;                 ///< processes at a time
  RunFunction run = run::run_all;  ///< what a block is given to, once it is resolved
  std::function<void(std::size_t points)> progress = [](std::size_t) {};  ///< points settled so far
};

/// Simulates the points in forked processes, one call of run::run_all for each
/// block, and returns the outcomes in the order of `points`, the same whatever
/// the number of workers. Of a block that breaks only the culprits fail. Throws Interrupted.
std::vector<PointOutcome> simulate(const catalog::Catalog& catalog, const std::vector<RunSpec>& points,
                                   const SimulateOptions& options);

/// Resolves the points and simulates side by side those that can run, in this process: at most one call a
/// process. Throws where a simulation breaks.
std::vector<PointOutcome> simulate_here(Resolver& resolver, const std::vector<RunSpec>& points,
                                        const RunFunction& run = run::run_all);

/// The same for so many points of any kind: `simulate_points` is given the places of a block's points and returns
/// their outcomes. It runs in the forked process.
std::vector<PointOutcome> simulate_blocks(std::size_t points, const SimulateOptions& options,
                                          const PointsFunction& simulate_points);

}  // namespace podsim::study
