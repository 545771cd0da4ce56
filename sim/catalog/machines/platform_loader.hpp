#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Checks a platform description, its chip already in place, and converts it to SI units.
Platform load_platform(const Field& field);

}  // namespace podsim::catalog
