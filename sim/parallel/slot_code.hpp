#pragma once

#include "parallel/chunk.hpp"
#include "parallel/repeats.hpp"
#include "parallel/stage_traffic.hpp"
#include "pipeline/schedule.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <tuple>
#include <vector>

namespace podsim::parallel {

/// The slots of one rank of a pipeline as blocks: what a pass waits for, the pass, what it sends on. Alike slots share
/// their blocks.
class SlotCode {
 public:
  /// All must outlive it.
  SlotCode(const StepTask& task, int rank, std::deque<Chunk>& chunks, LayerTraffic& traffic, StageTraffic& between,
           CodeBuilder& builder)
      : task_(task), rank_(rank), chunks_(chunks), traffic_(traffic), between_(between), builder_(builder) {}

  /// The blocks of what goes before the first slot, and of each slot.
  Units units(const std::vector<pipeline::Slot>& slots);

 private:
  /// Which of its chunk's passes a slot is.
  struct Position {
    bool first = false;
    bool last = false;  ///< with gradients
  };

  std::vector<int> blocks_of(const pipeline::Slot& slot, const Position& position, const pipeline::Slot* next);
  int pass(const pipeline::Slot& slot, const Position& position);
  int exchange(int sent, int received, bool at_once);
  int received(const pipeline::Slot& slot);
  int sent(const pipeline::Slot& slot);
  void await_arrival(int message);

  const StepTask& task_;
  int rank_;
  std::deque<Chunk>& chunks_;
  LayerTraffic& traffic_;
  StageTraffic& between_;
  CodeBuilder& builder_;
  std::map<std::tuple<pipeline::Pass, int, bool, bool>, int> passes_;  ///< by pass, chunk and position
  std::map<std::tuple<int, int, bool>, int> exchanges_;                ///< by messages
};

}  // namespace podsim::parallel
