#pragma once

#include "catalog/spec/library.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Checks a whole library file.
Library load_library(const Field& field);

}  // namespace podsim::catalog
