#pragma once

#include "catalog/spec/workload.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Checks the model of a workload.
Model load_model(const Field& field);

}  // namespace podsim::catalog
