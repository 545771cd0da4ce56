#include "study/point/block.hpp"

#include "study/point/outcome_text.hpp"

#include <algorithm>
#include <deque>
#include <memory>
#include <numeric>
#include <utility>

namespace podsim::study {
namespace {

using Points = std::vector<std::size_t>;

constexpr std::size_t kFewestBlocks = 32;
constexpr std::size_t kSmallestBlock = 4;
constexpr std::size_t kLargestBlock = 64;

/// A block on its way: whole, again after its process died, then point by point, then without the culprits.
struct BlockState {
  enum class Stage { whole, again, alone, rest };

  Block block;
  Stage stage = Stage::whole;
  std::size_t waiting = 0;             ///< points that are still tried alone
  std::vector<PointOutcome> outcomes;  ///< of the points tried alone
};

struct BlockTask {
  std::shared_ptr<BlockState> state;
  Points points;
};

Points points_in(const Block& block) {
  Points points(block.count);
  std::iota(points.begin(), points.end(), block.first);
  return points;
}

/// Decides what each block needs next.
class BlockQueue {
 public:
  BlockQueue(const std::vector<Block>& blocks, const PointsFunction& simulate, const BlockObserver& finished)
      : blocks_(blocks), simulate_(simulate), finished_(finished) {}

  std::optional<Job> next() {
    BlockTask task;
    if (!urgent_.empty()) {
      task = std::move(urgent_.front());
      urgent_.pop_front();
    } else if (begun_ < blocks_.size()) {
      const Block& block = blocks_[begun_++];
      task = {std::make_shared<BlockState>(BlockState{block, BlockState::Stage::whole, 0, {}}), points_in(block)};
    } else {
      return std::nullopt;
    }
    Job job = [&simulate = simulate_, points = task.points] { return outcomes_to_text(simulate(points)); };
    tasks_.push_back(std::move(task));
    return job;
  }

  void settle(std::size_t job, const JobResult& result) {
    const BlockTask task = std::exchange(tasks_[job], {});
    switch (task.state->stage) {
      case BlockState::Stage::whole:
      case BlockState::Stage::again: settle_whole(task, result); break;
      case BlockState::Stage::alone: settle_alone(task, result); break;
      case BlockState::Stage::rest: settle_rest(task, result); break;
    }
  }

 private:
  void settle_whole(const BlockTask& task, const JobResult& result) {
    BlockState& state = *task.state;
    if (!result.failure) {
      finished_(state.block, result.output, 0);
    } else if (result.died && state.stage == BlockState::Stage::whole) {
      state.stage = BlockState::Stage::again;
      urgent_.push_back(task);
    } else if (state.block.count == 1) {
      finished_(state.block, outcomes_to_text({FailedRun{*result.failure}}), 1);
    } else {
      state.stage = BlockState::Stage::alone;
      state.waiting = state.block.count;
      state.outcomes.resize(state.block.count);
      for (const std::size_t point : task.points) urgent_.push_back({task.state, {point}});
    }
  }

  void settle_alone(const BlockTask& task, const JobResult& result) {
    BlockState& state = *task.state;
    PointOutcome& outcome = state.outcomes[task.points.front() - state.block.first];
    outcome = result.failure ? FailedRun{*result.failure} : outcomes_from_text(result.output).front();
    if (--state.waiting > 0) return;
    Points rest;
    for (std::size_t i = 0; i < state.outcomes.size(); ++i) {
      if (!std::holds_alternative<FailedRun>(state.outcomes[i])) rest.push_back(state.block.first + i);
    }
    state.stage = BlockState::Stage::rest;
    if (rest.empty()) {
      finished_(state.block, outcomes_to_text(state.outcomes), state.block.count);
    } else {
      urgent_.push_back({task.state, std::move(rest)});
    }
  }

  void settle_rest(const BlockTask& task, const JobResult& result) {
    BlockState& state = *task.state;
    if (!result.failure) {
      std::vector<PointOutcome> rest = outcomes_from_text(result.output);
      for (std::size_t i = 0; i < rest.size(); ++i) {
        state.outcomes[task.points[i] - state.block.first] = std::move(rest[i]);
      }
    }
    finished_(state.block, outcomes_to_text(state.outcomes), state.block.count - task.points.size());
  }

  const std::vector<Block>& blocks_;
  const PointsFunction& simulate_;
  const BlockObserver& finished_;
  std::size_t begun_ = 0;
  std::deque<BlockTask> urgent_;
  std::vector<BlockTask> tasks_;
};

}  // namespace

std::vector<Block> blocks_of(std::size_t points) {
  std::size_t size = kSmallestBlock;
  while (size < kLargestBlock && points / (2 * size) >= kFewestBlocks) size *= 2;
  return blocks_of(points, size);
}

std::vector<Block> blocks_of(std::size_t points, std::size_t size) {
  std::vector<Block> blocks;
  for (std::size_t first = 0; first < points; first += size) blocks.push_back({first, std::min(size, points - first)});
  return blocks;
}

void run_blocks(const std::vector<Block>& blocks, const PointsFunction& simulate, const WorkerLimits& limits,
                const BlockObserver& finished, const std::function<void()>& beat) {
  BlockQueue queue(blocks, simulate, finished);
  run_jobs([&] { return queue.next(); }, limits,
           [&](std::size_t job, const JobResult& result) { queue.settle(job, result); }, beat);
}

}  // namespace podsim::study
