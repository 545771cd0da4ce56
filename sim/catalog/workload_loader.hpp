#pragma once

#include "catalog/field.hpp"
#include "catalog/workload.hpp"

namespace podsim::catalog {

/// Checks the description of a model and its training recipe.
Workload load_workload(const Field& field);

}  // namespace podsim::catalog
