#pragma once

#include "catalog/chip.hpp"
#include "catalog/field.hpp"

namespace podsim::catalog {

/// Checks a chip description and converts it to SI units.
Chip load_chip(const Field& field);

}  // namespace podsim::catalog
