#pragma once

#include "run/account/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace podsim::results {

/// Three significant digits below 1,000, whole with thousands separators above: "0.0123", "43.1", "2,760".
std::string number(double value);

/// "1,048,576"
std::string count(int64_t value);

/// "1 chip", "32 chips"
std::string count(int64_t value, std::string_view noun);

/// Three digits and the unit that suits them, ns to days: "310 ms", "43.1 h" (up to 10 days), "14.2 d".
std::string duration(double seconds);

/// The value with its interval in the value's unit: "43.1 h (34.8 - 53.4)".
std::string duration(const run::Interval& seconds);

/// "$2,760", with cents below 100 dollars: "$8.40".
std::string dollars(double usd);

/// Binary units, B to PiB: "13.4 GiB".
std::string bytes(double value);

/// "62.1 %"
std::string percent(double fraction);

/// Decimal prefixes up to E: "12.3 TFLOP", "336 M" for an empty unit.
std::string metric(double value, std::string_view unit);

}  // namespace podsim::results
