#pragma once

#include "run/collective_request.hpp"

#include <nlohmann/json.hpp>
#include <string>

namespace podsim::cli {

/// One line for each size, as nccl-tests prints them, with the algorithm and the physical bound.
std::string to_table(const run::CollectiveResult& result);

/// One object; with one size its numbers stand at the top, with more in `sizes`.
nlohmann::ordered_json to_json(const run::CollectiveResult& result);

}  // namespace podsim::cli
