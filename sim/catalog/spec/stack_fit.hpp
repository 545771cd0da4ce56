#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/spec/stack.hpp"

#include <string>

namespace podsim::catalog {

/// How closely a scope fits a chip and a kind of model: the higher the better, 0 not at all. A chip by name goes before
/// a vendor, a vendor before any chip, a kind of model by name before any kind. Chip years bind where the chip is not
/// named.
int closeness(const StackScope& scope, const Chip& chip, const std::string& model_kind);

/// "transformer models on nvidia chips from 2020"
std::string scope_text(const StackScope& scope);

/// Whether a library has an algorithm for the topology.
bool serves(const Library& library, const Interconnect& interconnect);

/// "a torus" or "boxes"
std::string topology_text(const Interconnect& interconnect);

}  // namespace podsim::catalog
