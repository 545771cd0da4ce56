#pragma once

#include "catalog/spec/ledger.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// Checks a ledger and converts it to SI units.
Ledger load_ledger(const Field& field);

}  // namespace podsim::catalog
