#include "catalog/yaml/month.hpp"

#include <algorithm>
#include <cctype>

namespace podsim::catalog {

std::optional<int> read_month(std::string_view text) {
  if (text.size() != 7 || text[4] != '-') return std::nullopt;
  const std::string digits = std::string(text.substr(0, 4)) + std::string(text.substr(5));
  if (!std::all_of(digits.begin(), digits.end(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
    return std::nullopt;
  }
  const int month = std::stoi(digits.substr(4));
  if (month < 1 || month > 12) return std::nullopt;
  return 12 * std::stoi(digits.substr(0, 4)) + month - 1;
}

int month_of(const Field& field, std::string_view way_out) {
  if (const auto month = read_month(field.text())) return *month;
  field.refuse("a month", "it must be written YYYY-MM", way_out);
}

}  // namespace podsim::catalog
