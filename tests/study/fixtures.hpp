#pragma once

#include "study/point/simulate.hpp"

#include <cstdint>

namespace podsim::study {

/// A result with the figures that a study looks at: `hours`, `usd` on demand,
/// and `rate` examples per second.
inline run::RunResult result(int chips, double hours, double usd, double rate) {
  run::RunResult run;
  run.setup.workload = "net";
  run.setup.platform = "pod";
  run.setup.stack = "era";
  run.setup.chips = chips;
  run.plan.ranks = 2 * chips;
  run.setup.slice = std::to_string(chips) + " in a row";
  run.plan.local_batch = 1024.0 / run.plan.ranks;
  run.plan.chosen = {
      .global_batch = 1024, .micro_batch = 1024 / run.plan.ranks, .recompute = catalog::Recompute::none, .zero = 0};
  run.step.seconds = {1.5, 1.2, 1.9};
  run.length.steps = 1000;
  run.wall.seconds = {hours * 3600, hours * 3000, hours * 4000};
  run.step.examples_per_second = rate;
  run.step.breakdown.compute_seconds = 1.2;
  run.step.breakdown.exposed_communication_seconds = 0.3;
  run.cost_usd = {{"on_demand", usd}, {"preemptible", usd / 4}};
  run.simulation.mode = "folded";
  return run;
}

}  // namespace podsim::study
