#pragma once

#include "catalog/spec/number_format.hpp"
#include "catalog/yaml/field.hpp"

namespace podsim::catalog {

/// "fp32", "bf16", ... Throws InputError for any other text.
NumberFormat number_format(const Field& field);
NumberFormat number_format(const NamedField& entry);  ///< the entry's own name

}  // namespace podsim::catalog
