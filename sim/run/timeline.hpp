#pragma once

#include "parallel/program.hpp"
#include "run/account/result.hpp"
#include "step/simulation.hpp"

#include <vector>

namespace podsim::run {

/// One step as simulated, by operation and collective, in order of time.
std::vector<TimelineEntry> timeline(const parallel::StepProgram& program, const step::StepMeasurement& measurement);

}  // namespace podsim::run
