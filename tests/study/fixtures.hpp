#pragma once

#include "study/point/simulate.hpp"

#include <cstdint>

namespace podsim::study {

/// A result with the figures that a study looks at: `hours`, `usd` on demand,
/// and `rate` examples per second.
inline run::RunResult result(int chips, double hours, double usd, double rate) {
  run::RunResult run;
  run.workload = "net";
  run.platform = "pod";
  run.stack = "era";
  run.chips = chips;
  run.ranks = 2 * chips;
  run.slice = std::to_string(chips) + " in a row";
  run.local_batch = 1024.0 / run.ranks;
  run.plan = {.global_batch = 1024, .micro_batch = 1024 / run.ranks, .recompute = catalog::Recompute::none, .zero = 0};
  run.step_seconds = {1.5, 1.2, 1.9};
  run.steps = 1000;
  run.wall_seconds = {hours * 3600, hours * 3000, hours * 4000};
  run.examples_per_second = rate;
  run.breakdown.compute_seconds = 1.2;
  run.breakdown.exposed_communication_seconds = 0.3;
  run.cost_usd = {{"on_demand", usd}, {"preemptible", usd / 4}};
  run.simulation.mode = "folded";
  return run;
}

}  // namespace podsim::study
