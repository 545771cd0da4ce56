#pragma once

#include "run/run.hpp"

#include <string>
#include <vector>

namespace podsim::run {

/// Something that a machine or its software can have more of.
struct Resource {
  std::string name;                                       ///< "matrix_rate", "memory_rate", "network", ...
  void (*improve)(RunRequest&, double factor) = nullptr;  ///< null for links, which `link` numbers
  size_t link = 0;
};

/// Those of a request: rates of the chip, each class of links, latencies, the host and the input. Times
/// such as a latency are divided by the factor: all of them ten percent better make a step ten percent
/// faster, so that the elasticities sum to about one.
std::vector<Resource> resources(const RunRequest& request);

/// `run_all`, with RunResult::elasticities. Each request is simulated once more for each resource.
std::vector<Outcome> run_all_with_elasticities(const std::vector<RunRequest>& requests);

}  // namespace podsim::run
