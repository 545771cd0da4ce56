#pragma once

#include "collective/collectives.hpp"
#include "parallel/program.hpp"
#include "step/code/measurement.hpp"
#include "step/code/simulation_error.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace podsim::step {

/// What to simulate: ranks that walk through the programs, one program after the other, and whose messages travel over
/// one network.
struct Case {
  std::string name;
  collective::Collectives collectives;
  std::vector<size_t> kinds{0};  ///< in the programs, of each simulated rank: one of each kind when folded
  int ranks_per_node = 1;        ///< simulated ones that share one input pipeline
  std::vector<parallel::StepProgram> programs;
  /// Simulated rank r is rank r of the slice, and groups of a stream travel one by one. Else all of them travel together.
  bool full = false;
  bool spans = true;  ///< note what the busiest kind does and when
};

/// One SimGrid engine with any number of cases side by side, each on links of its own: what a case takes
/// does not depend on the others. SimGrid keeps one platform per process: construct at most one
/// Simulation in a process (fork for more).
class Simulation {
 public:
  Simulation();
  ~Simulation();
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

  /// Returns the case's place in the result of `run`. Cases that differ only in name are simulated once.
  std::size_t add(Case simulated);

  /// Runs all cases; by place, one measurement per program. Throws SimulationError.
  std::vector<std::vector<StepMeasurement>> run();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace podsim::step
