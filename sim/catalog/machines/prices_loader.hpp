#pragma once

#include "catalog/spec/platform.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Checks a price list: a file of its own, or the `prices` of a platform.
Prices load_prices(const Field& field);

/// Throws InputError where a billed node or chip has another number of chips than the platform's.
void check_billed_unit(const Field& field, const Prices& prices, int node_chips);

}  // namespace podsim::catalog
