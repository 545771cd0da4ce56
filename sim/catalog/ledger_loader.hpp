#pragma once

#include "catalog/field.hpp"
#include "catalog/ledger.hpp"

namespace podsim::catalog {

/// Checks a ledger and converts it to SI units.
Ledger load_ledger(const Field& field);

}  // namespace podsim::catalog
