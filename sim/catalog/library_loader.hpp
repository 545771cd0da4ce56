#pragma once

#include "catalog/field.hpp"
#include "catalog/library.hpp"

namespace podsim::catalog {

/// Checks a whole library file.
Library load_library(const Field& field);

}  // namespace podsim::catalog
