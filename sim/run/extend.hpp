#pragma once

#include "run/account/result.hpp"
#include "run/layout.hpp"
#include "run/run.hpp"

namespace podsim::run {

/// From the simulated step, which `result` holds, to the whole run: hours with all that is not steps,
/// dollars, energy, and what faults do to them. No simulation: microseconds to a millisecond.
void extend_to_run(RunResult& result, const RunRequest& request, const Layout& layout);

}  // namespace podsim::run
