#pragma once

#include "results/file/column.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::results {

/// Takes a text piece by piece.
using TextSink = std::function<void(std::string_view)>;

/// A heading, then one line for each row (RFC 4180; "; " for a line end inside a text); numbers with the fewest digits that give back the same double,
/// nothing for a NaN.
void write_csv(const std::vector<Column>& columns, const TextSink& sink);

/// {"schema": "podsim/export/1", "units": {COLUMN: UNIT, ...}, "rows": [{COLUMN: VALUE, ...}, ...]}; null for a NaN.
void write_json(const std::vector<Column>& columns, const TextSink& sink);

}  // namespace podsim::results
