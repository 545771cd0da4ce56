#pragma once

#include "catalog/field.hpp"
#include "catalog/gan.hpp"

namespace podsim::catalog {

/// Checks a model of kind "gan".
Gan load_gan(const Field& field);

}  // namespace podsim::catalog
