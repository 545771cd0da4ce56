#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace podsim::catalog {

/// A number, or the rule that the text breaks ("it must be a finite number").
using DecimalNumber = std::variant<double, std::string>;
using DecimalInteger = std::variant<int64_t, std::string>;

/// Reads `[+-]digits[.digits][e[+-]digits]` without leading zeros. YAML's
/// 0x10, 010 (octal in old parsers), .inf, .nan and 1_000 are refused.
DecimalNumber read_number(std::string_view text);

/// Reads `[+-]digits`.
DecimalInteger read_integer(std::string_view text);

/// Digits only, from `low` to `high`; absent when `text` is anything else.
std::optional<int64_t> parse_whole(std::string_view text, int64_t low, int64_t high);

}  // namespace podsim::catalog
