#include "results/quantity.hpp"

#include "catalog/text/units.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

namespace podsim::results {

namespace {

struct Unit {
  std::string_view name;
  double size;  ///< in the base unit
  double end;   ///< values below this many base units use it
};

constexpr double kMinute = 60;
using catalog::kDay;
using catalog::kHour;

constexpr std::array<Unit, 7> kTimeUnits{{{"ns", 1e-9, 1e-6},
                                          {"us", 1e-6, 1e-3},
                                          {"ms", 1e-3, 1},
                                          {"s", 1, 2 * kMinute},
                                          {"min", kMinute, 2 * kHour},
                                          {"h", kHour, 10 * kDay},
                                          {"d", kDay, HUGE_VAL}}};

constexpr std::array<Unit, 6> kByteUnits{{{"B", 1, 0x1p10},
                                          {"KiB", 0x1p10, 0x1p20},
                                          {"MiB", 0x1p20, 0x1p30},
                                          {"GiB", 0x1p30, 0x1p40},
                                          {"TiB", 0x1p40, 0x1p50},
                                          {"PiB", 0x1p50, HUGE_VAL}}};

constexpr std::array<Unit, 7> kMetricUnits{{{"", 1, 1e3},
                                            {"k", 1e3, 1e6},
                                            {"M", 1e6, 1e9},
                                            {"G", 1e9, 1e12},
                                            {"T", 1e12, 1e15},
                                            {"P", 1e15, 1e18},
                                            {"E", 1e18, HUGE_VAL}}};

double three_digits(double value) { return std::strtod(fmt::format("{:.2e}", value).c_str(), nullptr); }

template <std::size_t N>
const Unit& unit_for(double value, const std::array<Unit, N>& units) {
  const double rounded = std::max(std::abs(value), std::abs(three_digits(value)));
  std::size_t i = 0;
  while (i + 1 < N && rounded >= units[i].end) ++i;
  return units[i];
}

std::string with_separators(std::string digits) {
  const std::size_t first = digits.front() == '-' ? 1 : 0;
  for (std::size_t end = digits.size(); end > first + 3;) {
    end -= 3;
    digits.insert(end, 1, ',');
  }
  return digits;
}

}  // namespace

std::string number(double value) {
  if (value == 0) return "0";
  const double size = std::abs(three_digits(value));
  if (size < 1e-4 || size >= 1e15) return fmt::format("{:.2e}", value);
  if (size >= 1000) return with_separators(fmt::format("{:.0f}", value));
  const int decimals = 2 - static_cast<int>(std::floor(std::log10(size)));
  return fmt::format("{:.{}f}", value, decimals);
}

std::string count(int64_t value) { return with_separators(std::to_string(value)); }

std::string count(int64_t value, std::string_view noun) {
  return fmt::format("{} {}{}", count(value), noun, value == 1 ? "" : "s");
}

std::string duration(double seconds) {
  const Unit& unit = unit_for(seconds, kTimeUnits);
  return fmt::format("{} {}", number(seconds / unit.size), unit.name);
}

std::string duration(const run::Interval& seconds) {
  const Unit& unit = unit_for(seconds.value, kTimeUnits);
  return fmt::format("{} {} ({} - {})", number(seconds.value / unit.size), unit.name, number(seconds.low / unit.size),
                     number(seconds.high / unit.size));
}

std::string dollars(double usd) {
  const double size = std::abs(usd);
  const std::string_view sign = usd < 0 ? "-" : "";
  if (size != 0 && size < 0.01) return fmt::format("{}${}", sign, number(size));
  if (size < 99.995) return fmt::format("{}${:.2f}", sign, size);
  return fmt::format("{}${}", sign, number(size));
}

std::string bytes(double value) {
  const Unit& unit = unit_for(value, kByteUnits);
  return fmt::format("{} {}", number(value / unit.size), unit.name);
}

std::string percent(double fraction) { return fmt::format("{:.1f} %", 100 * fraction); }

std::string metric(double value, std::string_view unit) {
  const Unit& prefix = unit_for(value, kMetricUnits);
  const std::string symbol = fmt::format("{}{}", prefix.name, unit);
  return symbol.empty() ? number(value / prefix.size) : fmt::format("{} {}", number(value / prefix.size), symbol);
}

}  // namespace podsim::results
