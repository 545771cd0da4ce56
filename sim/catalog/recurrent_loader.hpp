#pragma once

#include "catalog/field.hpp"
#include "catalog/recurrent.hpp"

namespace podsim::catalog {

/// Checks a model of kind "recurrent".
Recurrent load_recurrent(const Field& field);

}  // namespace podsim::catalog
