#pragma once

#include "catalog/catalog.hpp"
#include "catalog/document.hpp"

#include <string_view>

namespace podsim::catalog {

/// Puts the value of `override` into `root` where its key starts with
/// `prefix` ("platform."); leaves `root` alone otherwise. A key that is not in the tree is
/// added, for the loader to judge like one in a file.
void apply_override(Value& root, const Override& override, std::string_view prefix);

}  // namespace podsim::catalog
