#pragma once

#include "catalog/yaml/field.hpp"

#include <string>
#include <string_view>

namespace podsim::catalog {

/// Rules that several kinds of model share.
IntegerRule width(const std::string& example);
IntegerRule layer_count(const std::string& example);

/// A whole number that must be there and is small.
int required(const MapReader& map, std::string_view key, const IntegerRule& rule);

}  // namespace podsim::catalog
