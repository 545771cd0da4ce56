#pragma once

#include "validation/validation.hpp"

#include <vector>

namespace podsim::validation {

/// Gives every row of a group but its smallest point the anchor's id, its refusal and its linear-scaling time.
/// Needs the blind predictions. Groups of one row have no anchor.
void find_anchors(std::vector<RowResult>& rows);

/// The device scale that the row's anchor gives, shrunk towards the prior; 1 where there is none or it is refused.
double anchor_scale(const RowResult& row, const std::vector<RowResult>& rows);

/// Mean of |predicted - measured| scaling efficiency over the rows of `family` that have an anchor or measure
/// an efficiency; absent where there is none.
std::optional<double> scaling_error(const std::vector<const RowResult*>& rows, const std::vector<RowResult>& all);

}  // namespace podsim::validation
