#pragma once

#include "run/account/result.hpp"

#include <string>

namespace podsim::results {

/// What `podsim run` prints: the answer first, then what it is made of. At most 100 columns.
std::string to_table(const run::RunResult& result);

}  // namespace podsim::results
