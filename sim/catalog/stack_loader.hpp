#pragma once

#include "catalog/field.hpp"
#include "catalog/stack.hpp"

namespace podsim::catalog {

/// Checks the description of a software stack and converts it to SI units.
Stack load_stack(const Field& field);

}  // namespace podsim::catalog
