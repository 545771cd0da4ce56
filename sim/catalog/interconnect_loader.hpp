#pragma once

#include "catalog/field.hpp"
#include "catalog/platform.hpp"

#include <variant>

namespace podsim::catalog {

/// Checks the interconnect of a platform whose nodes have `node_chips` chips.
std::variant<Torus, NvlinkBoxes> load_interconnect(const Field& field, int node_chips);

}  // namespace podsim::catalog
