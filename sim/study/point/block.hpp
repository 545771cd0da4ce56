#pragma once

#include "study/point/outcome.hpp"
#include "study/point/worker_pool.hpp"

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace podsim::study {

/// Points first, first + 1, ..., first + count - 1 of a study: what one process simulates at a time.
struct Block {
  std::size_t first = 0;
  std::size_t count = 0;

  bool operator==(const Block&) const = default;
};

/// The blocks of a study of so many points: 4 to 64 points each, at least 32 blocks where there are enough points.
/// They follow from the number of points alone.
std::vector<Block> blocks_of(std::size_t points);

std::vector<Block> blocks_of(std::size_t points, std::size_t size);

/// Simulates these points side by side, in the process that calls it.
using PointsFunction = std::function<std::vector<PointOutcome>(const std::vector<std::size_t>& points)>;

/// `outcomes` as outcomes_to_text makes it, `failed` of them broken.
using BlockObserver = std::function<void(const Block& block, const std::string& outcomes, std::size_t failed)>;

/// Simulates blocks in worker processes. Of a block whose process dies, and then dies again, or that breaks with an
/// error, the points are tried one by one: those that break alone have failed, and the others are simulated
/// side by side again. So the outcomes depend on the points alone, whatever was killed in between. Throws Interrupted.
void run_blocks(
    const std::vector<Block>& blocks, const PointsFunction& simulate, const WorkerLimits& limits,
    const BlockObserver& finished, const std::function<void()>& beat = [] {});

}  // namespace podsim::study
