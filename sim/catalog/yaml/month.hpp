#pragma once

#include "catalog/yaml/field.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace podsim::catalog {

/// Months since the year 0 of "YYYY-MM"; absent for any other text.
std::optional<int> read_month(std::string_view text);

/// The same of a field, or an InputError with the way out.
int month_of(const Field& field, std::string_view way_out);

}  // namespace podsim::catalog
