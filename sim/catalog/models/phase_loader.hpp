#pragma once

#include "catalog/spec/workload.hpp"
#include "catalog/yaml/field.hpp"

#include <vector>

namespace podsim::catalog {

/// The keys of `training` that give the shapes of its examples where it has no phases.
std::vector<std::string> shape_keys();

/// Checks the phases of a recipe, or its one shape. Where phases give `examples`, sets the
/// recipe's steps. `training` has its batch.
void load_phases(const MapReader& map, const Model& model, Training& training);

}  // namespace podsim::catalog
