#pragma once

#include "run/layout.hpp"
#include "run/run.hpp"

namespace podsim::run {

/// What a run takes at least, known without simulating it.
struct RunFloor {
  double wall_seconds = 0;
  std::map<std::string, double> cost_usd;
};

/// Below the predicted run: the step's physical bound and the work of one rank, one piece after the other,
/// without a wait for the network.
RunFloor run_floor(const RunRequest& request, const Layout& layout);

}  // namespace podsim::run
