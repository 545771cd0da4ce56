#pragma once

#include "catalog/catalog.hpp"
#include "catalog/place.hpp"
#include "results/column.hpp"
#include "study/run_spec.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace podsim::study {

constexpr std::size_t kMaxPoints = 100'000;

/// One value of an axis, as YAML text, and where it stands.
struct AxisValue {
  std::string text;
  catalog::Place place;
};

/// What changes from point to point: a key of the workload, platform or stack
/// ("platform.interconnect.link_GBps"), or of the run ("run.chips").
struct Axis {
  std::string key;
  std::vector<AxisValue> values;
};

/// A study file: every combination of the values of its axes is a point.
struct Study {
  std::string name;
  std::string description;
  RunSpec run;  ///< what all points share
  std::vector<Axis> axes;
  catalog::InputText input;

  std::size_t points() const;

  /// Index of the value that `axis` has at `point`; the last axis is fastest.
  std::size_t value_index(std::size_t axis, std::size_t point) const;

  /// All points in study order.
  std::vector<RunSpec> specs() const;
};

/// Reads and checks a study ("podsim/study/1"), but not the files that it names. Throws InputError.
Study read_study(const std::filesystem::path& path);

/// Reads the files that the study names and tries every value of every axis
/// with the first values of the axes before it. Throws InputError at a value
/// that is refused. Returns all texts that were read, the study's first.
std::vector<catalog::InputText> check_study(const catalog::Catalog& catalog, const Study& study);

/// The axes as columns of the table of points, whole numbers and numbers typed as such.
std::vector<results::Column> axis_columns(const Study& study);

/// The same with each value once, in study order.
std::vector<results::Column> axis_values(const Study& study);

}  // namespace podsim::study
