#pragma once

#include "catalog/lookup/catalog.hpp"
#include "results/file/column.hpp"
#include "study/grid/dimension.hpp"
#include "study/point/resolver.hpp"
#include "study/point/run_spec.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace podsim::study {

constexpr std::size_t kMaxPoints = 100'000;
constexpr std::size_t kMaxCombinations = 1'000'000;

/// A study file: every combination of its dimensions that its filters keep is a point.
struct Study {
  std::string name;
  std::string description;
  RunSpec run;                 ///< what all points share
  std::vector<Setting> named;  ///< `workload`, `platform` and `stack` at the top, where they stand
  std::vector<Dimension> dimensions;
  std::vector<std::uint32_t> combinations;  ///< of the points; the last dimension is fastest
  catalog::InputText input;

  std::size_t points() const { return combinations.size(); }

  /// Index that `dimension` has at `point`.
  std::size_t index(std::size_t dimension, std::size_t point) const;

  RunSpec spec(std::size_t point) const;
};

/// Reads and checks a study ("podsim/study/1"), but not the files that it names. Throws InputError.
Study read_study(const std::filesystem::path& path);

/// Reads the files that the study names and tries every value of every dimension
/// with the first values of the others. Throws InputError at a value
/// that is refused. Returns all texts that were read, the study's first.
std::vector<catalog::InputText> check_study(Resolver& resolver, const Study& study);

/// The axes as columns of the table of points, whole numbers and numbers typed as such.
std::vector<results::Column> axis_columns(const Study& study);

/// The same with the values of each axis as the study gives them.
std::vector<results::Column> axis_values(const Study& study);

}  // namespace podsim::study
