#pragma once

#include "catalog/spec/workload.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Checks the description of a model and its training recipe.
Workload load_workload(const Field& field);

}  // namespace podsim::catalog
