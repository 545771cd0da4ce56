#include "validation/limits.hpp"

#include "catalog/yaml/document.hpp"
#include "catalog/yaml/field.hpp"
#include "catalog/yaml/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::validation {
namespace {

using catalog::Field;
using catalog::MapReader;

const std::vector<std::string> kFamilyKeys = {"blind_mape", "class_mape", "anchor_mape", "far_off"};

std::optional<double> limit_of(const MapReader& map, const std::string& key) {
  const auto field = map.find(key);
  if (!field) return std::nullopt;
  return field->number(catalog::positive("a mean error", "give a fraction, for example 0.12", 100));
}

/// A mode of a family that has an error and a limit.
struct Limited {
  std::string family;
  std::string mode;
  double error = 0;
  double limit = 0;
};

std::vector<Limited> limited_modes(const Validation& validation, const Limits& limits) {
  std::vector<Limited> modes;
  for (const Summary& family : validation.summaries) {
    const auto found = limits.families.find(family.name);
    if (found == limits.families.end()) continue;
    const auto add = [&](const char* mode, const std::optional<Accuracy>& accuracy,
                         const std::optional<double>& limit) {
      if (accuracy && limit) modes.push_back({family.name, mode, accuracy->mape, *limit});
    };
    add("blind", family.blind, found->second.blind);
    add("class", family.stack_class, found->second.stack_class);
    add("anchor", family.anchor, found->second.anchor);
  }
  return modes;
}

/// Who is far off says what is known of it, and nobody else.
void check_far_off(const catalog::NamedField& family, const FamilyLimits& limits, double above) {
  const auto map = family.field.map(kFamilyKeys);
  const bool far = limits.blind && *limits.blind > above;
  const bool said = map.find("far_off").has_value();
  if (far && !said) {
    family.field.fail(fmt::format("its blind_mape is above far_off_above, {}", above),
                      "add a line far_off: what is known of the error");
  }
  if (said && !far) map.forbid("far_off", "its blind_mape is not above far_off_above", "remove the line");
}

}  // namespace

Limits read_limits(const std::filesystem::path& path) {
  const catalog::Document document = catalog::read_document(path);
  const MapReader map = Field(document.root, "").map({"schema", "margin", "far_off_above", "families"});
  map["schema"].choice({"podsim/limits/1"}, "schemas");
  Limits limits;
  limits.margin = limit_of(map, "margin").value_or(0);
  const auto far_off = limit_of(map, "far_off_above");
  for (const catalog::NamedField& entry : map["families"].names()) {
    const MapReader family = entry.field.map(kFamilyKeys);
    FamilyLimits& read = limits.families[entry.name];
    read = {.blind = limit_of(family, "blind_mape"),
            .stack_class = limit_of(family, "class_mape"),
            .anchor = limit_of(family, "anchor_mape")};
    if (far_off) check_far_off(entry, read, *far_off);
  }
  return limits;
}

std::vector<std::string> breaches(const Validation& validation, const Limits& limits) {
  std::vector<std::string> found;
  for (const RowResult& row : validation.rows) {
    if (!row.failure.empty()) found.push_back(fmt::format("{}: no prediction: {}", row.run->id, row.failure));
  }
  for (const Limited& mode : limited_modes(validation, limits)) {
    if (mode.error <= mode.limit + limits.margin) continue;
    found.push_back(fmt::format("{}: the mean error of {} is {:.2f} %, its limit {:.2f} %", mode.family, mode.mode,
                                100 * mode.error, 100 * (mode.limit + limits.margin)));
  }
  for (const Summary& family : validation.summaries) {
    if (!limits.families.contains(family.name)) found.push_back(fmt::format("{}: has no limits", family.name));
  }
  for (const auto& [name, limit] : limits.families) {
    const auto same = [&name = name](const Summary& family) { return family.name == name; };
    if (std::none_of(validation.summaries.begin(), validation.summaries.end(), same)) {
      found.push_back(fmt::format("{}: limits of a family that the suite does not have", name));
    }
  }
  return found;
}

std::vector<std::string> loose(const Validation& validation, const Limits& limits) {
  std::vector<std::string> found;
  for (const Limited& mode : limited_modes(validation, limits)) {
    if (mode.error >= mode.limit - limits.margin) continue;
    found.push_back(fmt::format("{}: the mean error of {} is {:.2f} %, lower its limit of {:.2f} %", mode.family,
                                mode.mode, 100 * mode.error, 100 * mode.limit));
  }
  return found;
}

}  // namespace podsim::validation
