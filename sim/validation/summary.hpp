#pragma once

#include "validation/validation.hpp"

#include <vector>

namespace podsim::validation {

/// How well these rows are predicted; `all` has their anchors.
Summary summarize(std::string name, const std::vector<const RowResult*>& rows, const std::vector<RowResult>& all);

/// Mean of each figure over the families that have it.
Summary mean_summary(const std::vector<Summary>& families);

}  // namespace podsim::validation
