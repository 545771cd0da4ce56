#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::catalog {

constexpr double kGB = 1e9;
constexpr double kGiB = 1024.0 * 1024.0 * 1024.0;
constexpr double kMiB = 1024.0 * 1024.0;
constexpr double kTera = 1e12;
constexpr double kMicro = 1e-6;
constexpr double kMilli = 1e-3;
constexpr double kMinute = 60;
constexpr double kHour = 3600;
constexpr double kDay = 86400;
constexpr double kYear = 365.25 * kDay;
constexpr double kMonth = kYear / 12;
constexpr double kJoulesPerKWh = 3.6e6;
constexpr double kPfsDayFlops = 1e15 * kDay;  ///< a petaflop/s-day: 10^15 operations a second for a day

/// The unit that ends a key ("link_GBps") in words, empty where it ends in none.
std::string unit_in_words(std::string_view key);

/// The legal key that `written` means in another unit or without one:
/// link_Gbps, link_GB or link for link_GBps.
std::optional<std::string> same_key_in_its_unit(std::string_view written, const std::vector<std::string>& keys);

}  // namespace podsim::catalog
