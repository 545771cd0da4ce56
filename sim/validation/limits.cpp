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

std::optional<double> limit_of(const MapReader& map, const std::string& key) {
  const auto field = map.find(key);
  if (!field) return std::nullopt;
  return field->number(catalog::positive("a mean error", "give a fraction, for example 0.12", 100));
}

void compare(std::vector<std::string>& found, const std::string& family, const std::string& mode,
             const std::optional<Accuracy>& accuracy, const std::optional<double>& limit) {
  if (!accuracy || !limit || accuracy->mape <= *limit) return;
  found.push_back(fmt::format("{}: the mean error of {} is {:.2f} %, its limit {:.2f} %", family, mode,
                              100 * accuracy->mape, 100 * *limit));
}

}  // namespace

Limits read_limits(const std::filesystem::path& path) {
  const catalog::Document document = catalog::read_document(path);
  const MapReader map = Field(document.root, "").map({"schema", "families"});
  map["schema"].choice({"podsim/limits/1"}, "schemas");
  Limits limits;
  for (const catalog::NamedField& entry : map["families"].names()) {
    const MapReader family = entry.field.map({"blind_mape", "class_mape", "anchor_mape"});
    limits[entry.name] = {.blind = limit_of(family, "blind_mape"),
                          .stack_class = limit_of(family, "class_mape"),
                          .anchor = limit_of(family, "anchor_mape")};
  }
  return limits;
}

std::vector<std::string> breaches(const Validation& validation, const Limits& limits) {
  std::vector<std::string> found;
  for (const RowResult& row : validation.rows) {
    if (!row.failure.empty()) found.push_back(fmt::format("{}: no prediction: {}", row.run->id, row.failure));
  }
  for (const Summary& family : validation.summaries) {
    const auto limit = limits.find(family.name);
    if (limit == limits.end()) {
      found.push_back(fmt::format("{}: has no limits", family.name));
      continue;
    }
    compare(found, family.name, "blind", family.blind, limit->second.blind);
    compare(found, family.name, "class", family.stack_class, limit->second.stack_class);
    compare(found, family.name, "anchor", family.anchor, limit->second.anchor);
  }
  for (const auto& [name, limit] : limits) {
    const auto same = [&name = name](const Summary& family) { return family.name == name; };
    if (std::none_of(validation.summaries.begin(), validation.summaries.end(), same)) {
      found.push_back(fmt::format("{}: limits of a family that the suite does not have", name));
    }
  }
  return found;
}

}  // namespace podsim::validation
