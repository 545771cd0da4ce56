#include "run/floor.hpp"

#include "run/account/money.hpp"
#include "run/bound.hpp"
#include "run/wall_clock.hpp"

#include <algorithm>

namespace podsim::run {
namespace {

double busiest_seconds(const parallel::StepProgram& program) {
  return parallel::work_seconds(program, program.kinds[parallel::busiest_kind(program)]);
}

}  // namespace

RunFloor run_floor(const RunRequest& request, const Layout& layout) {
  double step = 0;
  for (size_t i = 0; i < layout.programs.size(); ++i) {
    const parallel::StepProgram& program = layout.programs[i];
    step += request.workload.training.phases[i].share_of_steps *
            std::max({step_bound_seconds(request, layout, i), busiest_seconds(program), program.input_seconds});
  }
  std::optional<Checkpoint> none;
  RunFloor floor;
  // A hair below, so that rounding in the simulation cannot pass it.
  floor.wall_seconds =
      wall_parts(request, layout, {step, forward_work_seconds(request, layout)}, none).total_seconds() * (1 - 1e-9);
  floor.cost_usd = cost_usd(request.platform, {.chips = layout.slice.chips, .seconds = floor.wall_seconds});
  return floor;
}

}  // namespace podsim::run
