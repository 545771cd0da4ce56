#include "catalog/text/decimal.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace podsim::catalog {
namespace {

size_t digits_at(std::string_view text) {
  const auto end = std::find_if(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) == 0; });
  return static_cast<size_t>(end - text.begin());
}

bool starts_with_sign(std::string_view text) { return text.starts_with('-') || text.starts_with('+'); }

std::string_view without_sign(std::string_view text) { return starts_with_sign(text) ? text.substr(1) : text; }

std::string_view without_plus(std::string_view text) { return text.starts_with('+') ? text.substr(1) : text; }

/// Why `text` has not the form of a decimal number; empty if it has.
std::string broken_form(std::string_view text) {
  std::string_view rest = without_sign(text);
  if (rest == ".inf" || rest == ".Inf" || rest == ".INF" || rest == "inf" || rest == "infinity") {
    return "it must be a finite number";
  }
  if (rest == ".nan" || rest == ".NaN" || rest == ".NAN" || rest == "nan" || rest == "NaN") {
    return "it must be a number";
  }
  const size_t whole = digits_at(rest);
  if (rest.starts_with("0x") || rest.starts_with("0o") || (whole > 1 && rest.starts_with('0'))) {
    return "it must be a decimal number without a leading zero";
  }
  if (whole == 0) return "it must be a number";
  rest.remove_prefix(whole);
  if (rest.starts_with('.')) {
    const size_t fraction = digits_at(rest.substr(1));
    if (fraction == 0) return "it must be a number";
    rest.remove_prefix(1 + fraction);
  }
  if (rest.starts_with('e') || rest.starts_with('E')) {
    rest = without_sign(rest.substr(1));
    const size_t exponent = digits_at(rest);
    if (exponent == 0) return "it must be a number";
    rest.remove_prefix(exponent);
  }
  return rest.empty() ? "" : "it must be a number";
}

}  // namespace

DecimalNumber read_number(std::string_view text) {
  if (std::string broken = broken_form(text); !broken.empty()) return broken;
  const std::string_view digits = without_plus(text);
  double number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{}) return "it must be a number that double precision holds";
  return number;
}

DecimalInteger read_integer(std::string_view text) {
  if (std::string broken = broken_form(text); !broken.empty()) return broken;
  const std::string_view digits = without_plus(text);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{}) return "it must be a whole number of at most 18 digits";
  if (end != digits.data() + digits.size()) return "it must be a whole number, written without point or exponent";
  return number;
}

std::optional<int64_t> parse_whole(std::string_view text, int64_t low, int64_t high) {
  if (text.empty() || !std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
    return std::nullopt;
  }
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < low || value > high) return std::nullopt;
  return value;
}

}  // namespace podsim::catalog
