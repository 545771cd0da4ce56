#pragma once

#include "catalog/spec/gan.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Checks a model of kind "gan".
Gan load_gan(const Field& field);

}  // namespace podsim::catalog
