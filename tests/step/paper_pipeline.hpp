#pragma once

#include "collective/collectives.hpp"
#include "step/simulation.hpp"

#include <vector>

namespace podsim::tests {

/// Which links of 1 GB/s the messages of a stream cross one after the other, and what goes before their flow.
struct PaperRoute {
  std::vector<int> links;
  double fill_seconds = 0;
};

/// Each message is one flow over the route of its stream, `rate` bytes per second on each of `links` links. `whole`: what is
/// left of a message cannot be told, so that it is always played.
collective::Collectives paper_routes(const parallel::StepProgram& program, int links,
                                     const std::vector<PaperRoute>& routes, bool whole = false, double rate = 1e9);

/// A pipeline with one forward and one backward pass in turn (1F1B), its sends going on while the stages work.
struct PaperPipeline {
  std::vector<double> forward_seconds;  ///< by stage
  std::vector<double> backward_seconds;
  double send_seconds = 0;
  int micro_batches = 1;

  size_t stages() const { return forward_seconds.size(); }
  parallel::StepProgram program() const;
  step::Case simulated() const;
  /// Worked out pass by pass.
  double seconds() const;
};

}  // namespace podsim::tests
