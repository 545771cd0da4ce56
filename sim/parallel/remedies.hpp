#pragma once

#include "catalog/spec/optimizer.hpp"
#include "parallel/memory.hpp"

#include <string>
#include <vector>

namespace podsim::parallel {

/// Where no option helps, and where some do.
inline constexpr const char* kOnlyMoreMemory = "not even one example a rank fits: a chip with more memory";
inline constexpr const char* kOrMoreMemory = "or a chip with more memory: as it is, not even one example a rank fits";

/// Options that leave the degrees as they are and make a need that does not fit into one that does. Empty where it fits.
/// `master_bytes`: of the optimiser's bytes, those of fp32 master weights.
std::vector<std::string> remedies(const MemoryNeed& need, const workload::Graph& graph, const Plan& plan,
                                  double master_bytes);

}  // namespace podsim::parallel
