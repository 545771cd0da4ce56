#pragma once

#include <nlohmann/json.hpp>

#include <optional>

namespace podsim::results {

/// A figure that may be absent, as JSON has it.
template <typename Value>
nlohmann::ordered_json or_null(const std::optional<Value>& value) {
  return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

}  // namespace podsim::results
