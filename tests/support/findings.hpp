#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>

namespace podsim::tests {

/// What was looked at and does not hold, a line each.
class Findings {
 public:
  void add(const std::string& line) { text_ += line + "\n"; }

  void require(bool holds, const std::string& what) {
    if (!holds) add(what);
  }

  /// Equal within a share of the larger, or within `margin`.
  void same(const std::string& what, double value, double expected, double share = 1e-9, double margin = 0) {
    const double allowed = std::max(margin, share * std::max(std::abs(value), std::abs(expected)));
    require(std::abs(value - expected) <= allowed, fmt::format("{}: {} and not {}", what, value, expected));
  }

  void at_most(const std::string& what, double value, double most, double share = 1e-9) {
    require(value <= most * (1 + share), fmt::format("{}: {} is more than {}", what, value, most));
  }

  const std::string& text() const { return text_; }

 private:
  std::string text_;
};

}  // namespace podsim::tests
