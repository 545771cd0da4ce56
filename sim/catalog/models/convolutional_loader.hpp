#pragma once

#include "catalog/spec/convolutional.hpp"
#include "catalog/yaml/field.hpp"

#include <cstddef>
#include <optional>

namespace podsim::catalog {

/// Checks a model of kind "convolutional".
Convolutional load_convolutional(const Field& field);

/// The first stage for which nothing is left of images of this edge.
std::optional<size_t> stage_without_window(const Convolutional& model, int image_px);

}  // namespace podsim::catalog
