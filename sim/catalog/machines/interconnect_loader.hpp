#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Checks the interconnect of a platform whose nodes have `node_chips` chips.
Interconnect load_interconnect(const Field& field, int node_chips);

}  // namespace podsim::catalog
