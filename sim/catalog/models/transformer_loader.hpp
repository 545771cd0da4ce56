#pragma once

#include "catalog/spec/transformer.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Checks a model of kind transformer.
Transformer load_transformer(const Field& field);

}  // namespace podsim::catalog
