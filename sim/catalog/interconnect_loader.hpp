#pragma once

#include "catalog/field.hpp"
#include "catalog/platform.hpp"

namespace podsim::catalog {

/// Checks the interconnect of a platform whose nodes have `node_chips` chips.
Interconnect load_interconnect(const Field& field, int node_chips);

}  // namespace podsim::catalog
