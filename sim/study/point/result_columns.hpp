#pragma once

#include "results/file/column.hpp"
#include "study/point/outcome.hpp"

#include <vector>

namespace podsim::study {

/// The answers of a study as columns, one row a point: status and reason, then
/// the figures of run::RunResult that do not change from call to call. A point
/// without a result has NaN, 0 or an empty text there.
std::vector<results::Column> result_columns(const std::vector<PointOutcome>& outcomes);

}  // namespace podsim::study
