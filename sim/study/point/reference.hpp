#pragma once

#include "catalog/yaml/override.hpp"

#include <vector>

namespace podsim::study {

/// What a library chooses by: rates of links and its own constants. The overrides without those of
/// `platform.interconnect` that are rates or shares of them, and without the keys of `stack.collective_library` and
/// `library`; another library by name stays, since it has other algorithms to choose from.
std::vector<catalog::Override> without_link_overrides(std::vector<catalog::Override> overrides);

}  // namespace podsim::study
