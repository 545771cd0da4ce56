#pragma once

#include "catalog/field.hpp"
#include "catalog/platform.hpp"

namespace podsim::catalog {

/// Checks a platform description, its chip already in place, and converts it to SI units.
Platform load_platform(const Field& field);

}  // namespace podsim::catalog
