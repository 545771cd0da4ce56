#pragma once

#include "collective/collectives.hpp"
#include "step/simulation.hpp"
#include "support/machines.hpp"

#include <utility>
#include <vector>

namespace podsim::tests {

using parallel::Activity;
using parallel::Await;
using parallel::Start;
using parallel::Work;

/// Forward 2 s, backward in two pieces of 1 s that each fill a bucket, update 0.5 s, host 0.25 s. Four ranks.
inline parallel::StepProgram paper_program(std::vector<double> bucket_bytes, bool overlap) {
  parallel::StepProgram program;
  program.streams = {{{.size = 4}}};
  for (const double bytes : bucket_bytes) program.messages.push_back({.bytes = bytes});
  parallel::Block code = {Work{Activity::overhead, 0.25}, Work{Activity::forward, 2}, Work{Activity::backward, 1}};
  if (overlap) code.insert(code.end(), {Start{0}, Work{Activity::backward, 1}, Start{1}});
  if (!overlap) code.insert(code.end(), {Work{Activity::backward, 1}, Start{0}, Start{1}});
  code.insert(code.end(), {Await{1}, Work{Activity::optimizer, 0.5}});
  program.add_kind(std::move(code));
  return program;
}

inline parallel::StepProgram paper_program(double bucket_bytes, bool overlap) {
  return paper_program({bucket_bytes, bucket_bytes}, overlap);
}

/// Four chips in a wrapped ring of 1 GB/s links: an all-reduce of b GB takes 0.75 b seconds.
inline collective::Collectives ring_of_four(const parallel::StepProgram& program) {
  const auto machine = torus_machine({4}, {{4}});
  std::vector<collective::Demand> demands;
  for (const auto& message : program.messages) demands.push_back(program.demand(message));
  return collective::plan_collectives(machine, platform::smallest_slice(machine), paper_library(), demands, true);
}

inline step::StepMeasurement measure(const parallel::StepProgram& program, size_t ranks = 1) {
  step::Simulation simulation;
  simulation.add({.name = "paper",
                  .collectives = ring_of_four(program),
                  .kinds = std::vector<size_t>(ranks, 0),
                  .ranks_per_node = 2,
                  .programs = {program}});
  return simulation.run().front().front();
}

inline void scale_work(parallel::StepProgram& program, double factor) {
  for (auto& instruction : program.blocks[0]) {
    if (auto* work = std::get_if<Work>(&instruction)) work->seconds *= factor;
  }
}

inline double sum_of_parts(const step::StepMeasurement& step) { return step.sum(); }

}  // namespace podsim::tests
