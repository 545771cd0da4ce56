#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace podsim::cli {

/// A whole number from 1 to `high`. Throws InputError naming `option`.
int64_t whole_number(const std::string& option, const std::string& text, int64_t high);

/// Processes at a time: `text` where it is given (-j), else two where there are two processors. Throws InputError.
int worker_count(const std::optional<std::string>& text);

/// Whole numbers from 1 to `high` with commas between. Throws InputError naming `option`.
std::vector<int64_t> whole_numbers(const std::string& option, const std::string& text, int64_t high);

/// A finite number above 0. Throws InputError naming `option`; `example` stands in its way out.
double positive_number(const std::string& option, const std::string& text, const std::string& example);

/// A slice shape, "4x8". Throws InputError.
std::vector<int> slice_shape(const std::string& text);

/// Numbers of chips: "16,32,48" and "16" as they stand, ascending; of "16..512" both ends.
struct ChipCounts {
  std::vector<int64_t> counts;
  bool range = false;
};

/// Throws InputError.
ChipCounts chip_counts(const std::string& text);

/// A number above 1 and at most 2: no doubling of the chips brings more. Throws InputError.
double knee_gain(const std::string& text);

}  // namespace podsim::cli
