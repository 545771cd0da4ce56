#pragma once

#include "catalog/lookup/catalog.hpp"

namespace podsim::catalog {

/// The catalogue of the source tree.
inline Catalog shipped() { return Catalog({PODSIM_SOURCE_DIR}); }

}  // namespace podsim::catalog
