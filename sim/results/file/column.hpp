#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace podsim::results {

/// One typed column of a table. A number that does not exist is NaN.
struct Column {
  std::string name;
  std::string unit;  ///< "s", "USD", "1" for a count or a ratio; empty for texts
  std::variant<std::vector<double>, std::vector<int64_t>, std::vector<std::string>> values;
};

}  // namespace podsim::results
