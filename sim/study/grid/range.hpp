#pragma once

#include "catalog/yaml/document.hpp"
#include "catalog/yaml/field.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace podsim::study {

constexpr std::size_t kMaxAxisValues = 100'000;

/// Two ends and how the numbers between them lie.
struct Span {
  double from = 0;
  double to = 0;
  bool logarithmic = false;

  /// `fraction` of the way from `from` to `to`, 0 to 1.
  double at(double fraction) const;
};

/// Reads `from`, `to` and `spacing` (linear, log) of a map with the keys `keys`. Throws InputError.
Span read_span(const catalog::MapReader& map);

/// The numbers of a range as YAML scalars at its place: {from, to} and one of `step` (linear),
/// `factor` (log; 2 doubles) or `count` (with `spacing: linear` or `log`). With a step or a factor the
/// last number is the last one that is at most `to`. `whole: true` rounds them. Throws InputError, also where
/// `only_whole` and a number is none.
std::vector<catalog::Value> range_values(const catalog::Field& range, bool only_whole);

/// The shortest text of a number with at most `digits` significant digits; whole numbers in digits only.
std::string number_text(double number, int digits);

/// A YAML scalar as it would stand in a file.
catalog::Value plain_value(std::string text, const catalog::Place& place);

}  // namespace podsim::study
