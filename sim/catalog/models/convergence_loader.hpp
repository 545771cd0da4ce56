#pragma once

#include "catalog/spec/workload.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Checks how the examples to the target change with the batch, beside its recipe.
Convergence load_convergence(const Field& field, const Training& training);

}  // namespace podsim::catalog
