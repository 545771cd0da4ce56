#pragma once

#include "catalog/spec/chip.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Checks a chip description and converts it to SI units.
Chip load_chip(const Field& field);

}  // namespace podsim::catalog
