#pragma once

#include "pipeline/schedule.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

namespace podsim::tests {

/// Seconds of one chunk's passes of one micro-batch; a backward pass is both gradients.
struct PassSeconds {
  double forward = 1;
  double input_gradient = 1;
  double weight_gradient = 1;
  double message = 0;            ///< from stage on one rank to stage on another, while both ranks go on
  std::vector<double> stages{};  ///< factors of the passes of each stage of the model; empty: all alike
  bool pairs = true;             ///< slots that run at the same time begin and end together; else one after the other
};

/// An event list over the slots of a schedule, written for the tests alone: every slot begins when its rank is free and
/// what it needs has come. Returns the time from the first start to the last end.
inline double seconds_of(pipeline::ScheduleKind kind, const pipeline::Shape& shape, const PassSeconds& seconds) {
  using pipeline::Pass;
  const auto schedule = pipeline::make_schedule(kind, shape);
  const int last = pipeline::stages(kind, shape) - 1;
  // (backward, stage of the micro-batch's own way, micro-batch) -> when it is there for its neighbour
  std::map<std::tuple<bool, int, int64_t>, double> done;
  std::vector<size_t> at(schedule.size(), 0);
  std::vector<double> free(schedule.size(), 0);
  double end = 0;
  const auto length = [&](Pass pass, int stage) {
    const double factor = seconds.stages.empty() ? 1 : seconds.stages[static_cast<size_t>(stage)];
    if (pass == Pass::forward) return factor * seconds.forward;
    if (pass == Pass::input_gradient) return factor * seconds.input_gradient;
    if (pass == Pass::weight_gradient) return factor * seconds.weight_gradient;
    return factor * (seconds.input_gradient + seconds.weight_gradient);
  };
  // When the slot can begin at the earliest; below 0: not known yet.
  const auto ready = [&](int rank, const pipeline::Slot& slot) {
    const int stage = pipeline::stage_of(kind, shape, rank, slot.chunk);
    const auto time_of = [&](bool backward, int of_stage) {
      const auto found = done.find({backward, of_stage, slot.micro_batch});
      return found == done.end() ? -1.0 : found->second;
    };
    if (slot.pass == Pass::weight_gradient) return time_of(true, stage);
    const auto from = [&](bool backward, int neighbour) {
      const double sent = time_of(backward, neighbour);
      bool here = false;
      for (int chunk = 0; chunk < shape.chunks && kind != pipeline::ScheduleKind::dualpipe; ++chunk) {
        here = here || pipeline::stage_of(kind, shape, rank, chunk) == neighbour;
      }
      return sent < 0 || here ? sent : sent + seconds.message;
    };
    if (slot.pass == Pass::forward) return stage == 0 ? 0.0 : from(false, stage - 1);
    return stage == last ? time_of(false, stage) : from(true, stage + 1);
  };
  for (bool moved = true; moved;) {
    moved = false;
    for (size_t rank = 0; rank < schedule.size(); ++rank) {
      while (at[rank] < schedule[rank].size()) {
        const size_t count = schedule[rank][at[rank]].with_next && seconds.pairs ? 2 : 1;
        double start = free[rank];
        double duration = 0;
        bool known = true;
        for (size_t i = 0; i < count; ++i) {
          const auto& slot = schedule[rank][at[rank] + i];
          const double earliest = ready(static_cast<int>(rank), slot);
          known = known && earliest >= 0;
          start = std::max(start, earliest);
          duration += length(slot.pass, pipeline::stage_of(kind, shape, static_cast<int>(rank), slot.chunk));
        }
        if (!known) break;
        for (size_t i = 0; i < count; ++i) {
          const auto& slot = schedule[rank][at[rank] + i];
          if (slot.pass == Pass::weight_gradient) continue;
          const int stage = pipeline::stage_of(kind, shape, static_cast<int>(rank), slot.chunk);
          done[{slot.pass != Pass::forward, stage, slot.micro_batch}] = start + duration;
        }
        free[rank] = start + duration;
        end = std::max(end, free[rank]);
        at[rank] += count;
        moved = true;
      }
    }
  }
  for (size_t rank = 0; rank < schedule.size(); ++rank) {
    if (at[rank] < schedule[rank].size()) throw std::runtime_error("the schedule has come to a deadlock");
  }
  return end;
}

}  // namespace podsim::tests
