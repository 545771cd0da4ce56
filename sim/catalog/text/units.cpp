#include "catalog/text/units.hpp"

#include <array>
#include <utility>

namespace podsim::catalog {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kUnits = {{
    {"GBps", "gigabytes (1e9 bytes) per second"},
    {"GiB", "gibibytes (2^30 bytes)"},
    {"MiB", "mebibytes (2^20 bytes)"},
    {"TFLOPs", "1e12 operations per second"},
    {"us", "microseconds"},
    {"ms", "milliseconds"},
    {"W", "watts"},
    {"px", "pixels"},
    {"hour", "US dollars per hour"},
    {"s", "seconds"},
    {"min", "minutes"},
    {"kWh", "for each kilowatt hour"},
    {"GB", "gigabytes (1e9 bytes)"},
    {"month", "US dollars per gigabyte and month"},
}};

constexpr size_t kLongestUnit = 6;

}  // namespace

std::string unit_in_words(std::string_view key) {
  const size_t underscore = key.rfind('_');
  if (underscore == std::string_view::npos) return "";
  for (const auto& [unit, words] : kUnits) {
    if (key.substr(underscore + 1) == unit) return std::string(words);
  }
  return "";
}

std::optional<std::string> same_key_in_its_unit(std::string_view written, const std::vector<std::string>& keys) {
  const size_t underscore = written.rfind('_');
  const bool ends_like_a_unit = underscore != std::string_view::npos && written.size() - underscore - 1 <= kLongestUnit;
  const std::string_view without_unit = ends_like_a_unit ? written.substr(0, underscore) : written;
  for (const std::string& key : keys) {
    if (unit_in_words(key).empty()) continue;
    const std::string quantity = key.substr(0, key.rfind('_'));
    if (written == quantity || without_unit == quantity) return key;
  }
  return std::nullopt;
}

}  // namespace podsim::catalog
