#pragma once

#include "catalog/spec/workload.hpp"

#include <optional>
#include <string>
#include <vector>

namespace podsim::catalog {

/// Names that stacks and workloads share.
std::vector<std::string> model_kinds();  ///< in the order of `Model`
std::string model_kind(const Workload& workload);
std::vector<std::string> recomputes();  ///< none, selective, full: in the order of Recompute
std::optional<Recompute> recompute_of(const std::string& name);

}  // namespace podsim::catalog
