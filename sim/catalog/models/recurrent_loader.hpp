#pragma once

#include "catalog/spec/recurrent.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Checks a model of kind "recurrent".
Recurrent load_recurrent(const Field& field);

}  // namespace podsim::catalog
