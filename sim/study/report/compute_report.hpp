#pragma once

#include "study/answer/compute_ledger.hpp"

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace podsim::study {

/// What `podsim compute` prints: the rows by era, then growth and doubling time. At most 100 columns.
std::string to_table(const ComputeLedger& ledger);

/// The public JSON "podsim/compute/1"; docs/compute.md lists the keys.
nlohmann::ordered_json to_json(const ComputeLedger& ledger);

}  // namespace podsim::study
