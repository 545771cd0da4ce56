#pragma once

#include "catalog/yaml/field.hpp"
#include "study/grid/axis.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace podsim::study {

/// Axes that walk in step. A study crosses its dimensions.
struct Dimension {
  std::vector<Axis> axes;                      ///< columns of the table of points, equally long
  std::vector<std::vector<Setting>> settings;  ///< what each index sets

  std::size_t size() const { return settings.size(); }

  /// Whether some index, or each index, sets a key that means the same as `key`.
  bool sets(const std::string& key) const;
  bool always_sets(const std::string& key) const;
};

/// `cases`: NAME: {KEY: VALUE, ...}. One axis, "case", with the names.
Dimension read_cases(const catalog::Field& cases);

/// One entry of `axes`.
Dimension read_crossed(const catalog::NamedField& axis);

/// One element of `zip`: {KEY: VALUES, ...}, equally long.
Dimension read_zipped(const catalog::Field& axes);

/// `samples`: {count, method: random | latin_hypercube, seed, axes: {KEY: [VALUES] | {from, to, spacing, whole}}}.
/// Numbers have six significant digits; the same seed gives the same samples on every machine.
Dimension read_samples(const catalog::Field& samples);

}  // namespace podsim::study
