#pragma once

#include <string_view>

namespace podsim::results {

/// Unit of a numeric key of the run JSON: "s", "h", "FLOP", "1" for a count or a ratio, ...
/// Throws std::logic_error for a key without one.
std::string_view unit_of(std::string_view key);

/// Unit that all members of an object key share ("breakdown_seconds": "s"), empty if they have their own.
std::string_view unit_of_members(std::string_view key);

}  // namespace podsim::results
