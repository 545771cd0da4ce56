#include "run/wall_clock.hpp"

#include <algorithm>
#include <cmath>

namespace podsim::run {
namespace {

/// Evaluations of a run: one each interval, the last at its end.
double evaluations(const catalog::Evaluation& evaluation, double steps, double batch) {
  const double every =
      evaluation.every_steps > 0 ? static_cast<double>(evaluation.every_steps) : evaluation.every_examples / batch;
  return std::max(1.0, std::ceil(steps / every * (1 - 1e-12)));
}

}  // namespace

double forward_work_seconds(const RunRequest& request, const Layout& layout) {
  double forward = 0;
  for (size_t i = 0; i < layout.programs.size(); ++i) {
    double slowest = 0;
    for (const parallel::RankKind& kind : layout.programs[i].kinds) {
      slowest = std::max(slowest, parallel::work_seconds(layout.programs[i], kind, parallel::Activity::forward));
    }
    forward += request.workload.training.phases[i].share_of_steps * slowest;
  }
  return forward;
}

double evaluation_seconds(const RunRequest& request, const Layout& layout, double forward_seconds) {
  const double passes = std::ceil(static_cast<double>(request.workload.training.evaluation->examples) /
                                  parallel::examples_per_step(layout.plan, request.workload.training));
  return passes * forward_seconds + request.stack.run.evaluation_seconds;
}

WallParts wall_parts(const RunRequest& request, const Layout& layout, const StepTimes& times,
                     std::optional<Checkpoint>& checkpoint) {
  const auto steps = static_cast<double>(layout.length.steps);
  WallParts parts;
  parts.steps_seconds = steps * times.step_seconds;
  const double doublings = std::log2(static_cast<double>(layout.slice.chips));
  parts.start_up_seconds =
      static_cast<double>(layout.programs.size()) *
      (request.stack.run.start_up_seconds + request.stack.run.start_up_per_doubling_seconds * doublings);
  if (const auto& evaluation = request.workload.training.evaluation) {
    parts.evaluation_seconds =
        evaluations(*evaluation, steps, parallel::examples_per_step(layout.plan, request.workload.training)) *
        evaluation_seconds(request, layout, times.forward_seconds);
  }
  if (checkpoint) {
    const double work = parts.steps_seconds + parts.evaluation_seconds;
    checkpoint->count = static_cast<int64_t>(std::ceil(work / checkpoint->interval_seconds * (1 - 1e-12)));
    parts.checkpoint_seconds = static_cast<double>(checkpoint->count) * checkpoint->stall_seconds;
  }
  return parts;
}

}  // namespace podsim::run
