#include "study/grid/dimension.hpp"

#include "study/grid/range.hpp"
#include "study/grid/sample.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace podsim::study {
namespace {

using catalog::Field;
using catalog::NamedField;

bool has_key(const std::vector<Setting>& settings, const std::string& key) {
  return std::any_of(settings.begin(), settings.end(),
                     [&](const Setting& setting) { return canonical_key(setting.key) == canonical_key(key); });
}

/// Axes of equal length, each index setting all of them.
Dimension in_step(std::vector<Axis> axes) {
  Dimension dimension;
  dimension.settings.resize(axes.front().values.size());
  for (const Axis& axis : axes) {
    for (std::size_t i = 0; i < axis.values.size(); ++i) {
      dimension.settings[i].push_back({axis.key, axis.values[i]});
    }
  }
  dimension.axes = std::move(axes);
  return dimension;
}

std::vector<Setting> read_case(const NamedField& entry) {
  std::vector<Setting> settings;
  if (entry.field.is_map() && entry.field.value().members.empty()) return settings;
  for (const NamedField& key : entry.field.names()) {
    settings.push_back({key.name, read_axis_value(key.name, key.field, key.field)});
  }
  return settings;
}

}  // namespace

bool Dimension::sets(const std::string& key) const {
  return std::any_of(settings.begin(), settings.end(), [&](const auto& index) { return has_key(index, key); });
}

bool Dimension::always_sets(const std::string& key) const {
  return std::all_of(settings.begin(), settings.end(), [&](const auto& index) { return has_key(index, key); });
}

Dimension read_cases(const Field& cases) {
  Dimension dimension;
  Axis names{"case", {}};
  for (const NamedField& entry : cases.names()) {
    names.values.push_back({entry.name, entry.place});
    dimension.settings.push_back(read_case(entry));
  }
  dimension.axes = {std::move(names)};
  return dimension;
}

Dimension read_crossed(const NamedField& axis) { return in_step({read_axis(axis)}); }

Dimension read_zipped(const Field& axes) {
  std::vector<Axis> read;
  for (const NamedField& entry : axes.names()) {
    read.push_back(read_axis(entry));
    if (read.back().values.size() != read.front().values.size()) {
      entry.field.fail(fmt::format("has {} values, {} has {}", read.back().values.size(), read.front().key,
                                   read.front().values.size()),
                       "axes that are zipped walk in step: give all of them equally many values");
    }
  }
  return in_step(std::move(read));
}

Dimension read_samples(const Field& samples) {
  const catalog::MapReader map = samples.map({"count", "method", "seed", "axes"});
  const auto count = map["count"].integer(
      {.noun = "a number of samples", .way_out = "give a whole number", .low = 1, .high = kMaxAxisValues});
  const auto seed = map["seed"].integer({.noun = "a seed",
                                         .way_out = "give a whole number; another one gives other samples",
                                         .low = 0,
                                         .high = int64_t{1} << 53});
  const bool stratified = map["method"].choice({"random", "latin_hypercube"}, "methods") == 1;
  Sampler sampler(static_cast<std::uint64_t>(seed), static_cast<std::size_t>(count), stratified);
  std::vector<Axis> axes;
  for (const NamedField& entry : map["axes"].names()) axes.push_back(read_sampled_axis(entry, sampler));
  return in_step(std::move(axes));
}

}  // namespace podsim::study
