#pragma once

#include "catalog/field.hpp"
#include "catalog/workload.hpp"

#include <variant>

namespace podsim::catalog {

/// Checks the model of a workload.
std::variant<Transformer, Convolutional> load_model(const Field& field);

}  // namespace podsim::catalog
