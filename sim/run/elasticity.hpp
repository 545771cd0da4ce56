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
/// faster.
std::vector<Resource> resources(const RunRequest& request);

/// The part of the machine that a resource belongs to: "chip", "latency", "host", "input", else "links".
std::string part_of(const std::string& resource);

/// The elasticity of a step that takes `seconds`, and `better_seconds` with ten percent more of something:
/// (1 - better / seconds) / (1 - 1 / 1.1). A step is a sum of works over rates, so that this is the share
/// of the step at the pace of that rate, and the shares sum to one; less where two work side by side and
/// take equally long, so that neither alone would help.
double elasticity(double seconds, double better_seconds);

/// The other way round.
double better_seconds(double seconds, double elasticity);

/// The same share, from a step that takes `worse_seconds` with ten percent less. Of links that are equally
/// slow in one path each has all of it.
double loss(double seconds, double worse_seconds);

/// What binds a run: the largest resource of the part of the machine with the largest elasticity, so that a
/// part is not weakened by being split into many resources. Of links those whose loss is the largest: where
/// several are equally slow, all of them ("pcie+network"). Empty without elasticities.
std::string binding(const RunResult& result);

/// `run_all`, with RunResult::elasticities, RunResult::part_elasticities and RunResult::link_losses. Each
/// request is simulated once more for each resource, for each part of the machine that has several, and
/// once more for each class of links. A note tells which choices of the collective library (docs/network.md) make a step
/// slower with more of something, or faster with less.
std::vector<Outcome> run_all_with_elasticities(const std::vector<RunRequest>& requests);

}  // namespace podsim::run
