#pragma once

#include "catalog/field.hpp"
#include "catalog/workload.hpp"

namespace podsim::catalog {

/// Checks the model of a workload.
Model load_model(const Field& field);

}  // namespace podsim::catalog
