#pragma once

#include "catalog/lookup/catalog.hpp"
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

/// `simulate` with any other function in the place of simulate_here:
/// it is given a block and returns its outcomes. Runs in the forked process.
using BlockFunction = std::function<std::vector<PointOutcome>(const std::vector<RunSpec>& block)>;
std::vector<PointOutcome> simulate_blocks(const std::vector<RunSpec>& points, const SimulateOptions& options,
                                          const BlockFunction& simulate_block);

}  // namespace podsim::study
