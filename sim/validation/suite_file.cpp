#include "validation/suite_file.hpp"

#include "catalog/text/error.hpp"
#include "catalog/text/units.hpp"
#include "catalog/yaml/document.hpp"
#include "catalog/yaml/field.hpp"
#include "catalog/yaml/place.hpp"
#include "catalog/yaml/rules.hpp"
#include "parallel/plan/plan_keys.hpp"
#include "study/point/plan_field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

namespace podsim::validation {
namespace {

using catalog::Field;
using catalog::MapReader;

std::vector<std::string> with(std::vector<std::string> keys, const std::vector<std::string>& more) {
  keys.insert(keys.end(), more.begin(), more.end());
  return keys;
}

/// A run may fix what a plan's keys name.
std::vector<std::string> with_plan(std::vector<std::string> keys) {
  for (const parallel::PlanKey& key : parallel::plan_keys()) keys.push_back(key.name);
  return keys;
}

/// What rows take from the top of their file where they do not say it themselves.
const std::vector<std::string> kShared = {"workload", "platform",   "stack",    "class",  "group", "phase",
                                          "set",      "evaluation", "start_up", "counts", "source"};
const std::vector<std::string> kPartKeys = with_plan({"workload", "phase", "steps", "set"});
const std::vector<std::string> kRowKeys =
    with_plan(with(kShared, {"id", "chips", "steps", "parts", "measured", "outside_minutes", "unscored", "note"}));
const std::vector<std::string> kFileKeys = with(kShared, {"schema", "name", "description", "rows"});

struct Unit {
  std::string key;
  Quantity quantity;
  double to_si;
};

const std::array<Unit, 5> kUnits = {{{"step_seconds", Quantity::step_seconds, 1},
                                     {"examples_per_second", Quantity::examples_per_second, 1},
                                     {"wall_hours", Quantity::wall_seconds, catalog::kHour},
                                     {"wall_minutes", Quantity::wall_seconds, catalog::kMinute},
                                     {"scaling_efficiency", Quantity::scaling_efficiency, 1}}};

/// A map and the keys that it may have.
struct Scope {
  const MapReader& map;
  const std::vector<std::string>& keys;

  std::optional<Field> find(std::string_view key) const {
    const bool declared = std::find(keys.begin(), keys.end(), key) != keys.end();
    return declared ? map.find(key) : std::nullopt;
  }
};

/// The maps that may give a key, the nearest first.
class Scopes {
 public:
  explicit Scopes(std::vector<Scope> scopes) : scopes_(std::move(scopes)) {}

  std::optional<Field> find(std::string_view key) const {
    for (const Scope& scope : scopes_) {
      if (auto field = scope.find(key)) return field;
    }
    return std::nullopt;
  }

  std::optional<std::string> text(std::string_view key) const {
    const auto field = find(key);
    if (!field) return std::nullopt;
    return field->text();
  }

  /// Throws where no map gives the key.
  std::string needed(std::string_view key) const {
    const auto found = text(key);
    return found ? *found : scopes_.back().map[key].text();
  }

  /// Overrides of all maps, the farthest first, so that the nearest win.
  std::vector<catalog::Override> overrides() const {
    std::vector<catalog::Override> all;
    for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
      const auto set = scope->find("set");
      if (!set) continue;
      for (const catalog::NamedField& entry : set->names()) all.push_back({entry.name, entry.field.text()});
    }
    catalog::check_override_keys(all);
    return all;
  }

 private:
  std::vector<Scope> scopes_;
};

std::string beside(const std::filesystem::path& folder, const std::string& name) {
  const bool is_path = name.find('/') != std::string::npos || name.ends_with(".yaml");
  return is_path ? (folder / name).lexically_normal().string() : name;
}

std::optional<int64_t> whole(const std::optional<Field>& field, const std::string& noun, int64_t high) {
  if (!field) return std::nullopt;
  return field->integer(catalog::count(noun, "give a whole number, for example 512", 1, high));
}

study::RunSpec read_spec(const Scopes& scopes, const MapReader& row, const std::filesystem::path& folder) {
  study::RunSpec spec;
  spec.workload = beside(folder, scopes.needed("workload"));
  spec.platform = beside(folder, scopes.needed("platform"));
  if (const auto stack = scopes.text("stack")) spec.stack = beside(folder, *stack);
  spec.overrides = scopes.overrides();
  spec.chips = row["chips"].integer(
      catalog::count("a number of chips", "give the chips of the whole run, for example 32", 1, study::kMaxChips));
  for (const parallel::PlanKey& key : parallel::plan_keys()) {
    if (const auto value = scopes.find(key.name)) parallel::put(key, study::plan_text(key, *value), spec.plan);
  }
  spec.steps = whole(scopes.find("steps"), "a number of steps", study::kMaxSteps);
  spec.phase = scopes.text("phase");
  return spec;
}

std::vector<study::RunSpec> read_parts(const MapReader& row, const MapReader& file,
                                       const std::filesystem::path& folder) {
  const auto parts = row.find("parts");
  if (!parts) return {read_spec(Scopes({{row, kRowKeys}, {file, kFileKeys}}), row, folder)};
  std::vector<study::RunSpec> specs;
  for (const Field& part : parts->list()) {
    const MapReader map = part.map(kPartKeys);
    specs.push_back(read_spec(Scopes({{map, kPartKeys}, {row, kRowKeys}, {file, kFileKeys}}), row, folder));
  }
  return specs;
}

void read_measured(const Field& field, MeasuredRun& run) {
  std::vector<std::string> keys;
  for (const Unit& unit : kUnits) keys.push_back(unit.key);
  const MapReader map = field.map(keys);
  int found = 0;
  for (const Unit& unit : kUnits) {
    const auto value = map.find(unit.key);
    if (!value) continue;
    ++found;
    run.quantity = unit.quantity;
    const double high = unit.quantity == Quantity::scaling_efficiency ? 2 : 1e12;
    run.value = unit.to_si * value->number(catalog::positive("a measurement", "give the published number", high));
  }
  if (found != 1)
    field.fail(fmt::format("{} numbers where one is measured", found), "give one key, for example wall_hours");
  if (run.parts.size() > 1 && run.quantity != Quantity::wall_seconds) {
    field.fail("is no time of the whole run, but the run has parts",
               "give wall_hours or wall_minutes, or leave parts away");
  }
}

/// Takes off what no step took: start-up.
void subtract_outside(const Field& field, MeasuredRun& run) {
  run.value -= catalog::kMinute * field.number(catalog::positive("a time", "give the minutes outside the steps"));
  if (run.quantity != Quantity::wall_seconds || run.value <= 0) {
    field.fail("is no part of the measured time", "give it for wall_hours or wall_minutes, and less than these");
  }
}

MeasuredRun read_row(const Field& field, const MapReader& file, const std::filesystem::path& folder) {
  const MapReader row = field.map(kRowKeys);
  const Scopes scopes({{row, kRowKeys}, {file, kFileKeys}});
  MeasuredRun run;
  run.id = row["id"].name();
  run.parts = read_parts(row, file, folder);
  read_measured(row["measured"], run);
  if (const auto outside = row.find("outside_minutes")) subtract_outside(*outside, run);
  run.stack_class = scopes.text("class");
  run.group = scopes.text("group");
  if (const auto evaluation = scopes.find("evaluation")) run.evaluation = evaluation->boolean();
  if (const auto start_up = scopes.find("start_up")) run.start_up = start_up->boolean();
  run.counts = scopes.needed("counts");
  run.source = scopes.needed("source");
  if (const auto note = row.find("note")) static_cast<void>(note->text());
  if (const auto why = row.find("unscored")) run.unscored = why->text();
  return run;
}

std::vector<std::filesystem::path> files_of_suite(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) {
    const bool yaml = entry.is_regular_file() && entry.path().extension() == ".yaml";
    if (yaml && catalog::schema_of(entry.path().string()) == kPublishedSchema) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  if (files.empty()) {
    catalog::fail_file(path.string(), fmt::format("has no YAML file with schema {}", kPublishedSchema),
                       "name a folder of published runs, for example tests/published");
  }
  return files;
}

}  // namespace

std::string name_of(Quantity quantity) {
  switch (quantity) {
    case Quantity::step_seconds: return "step_seconds";
    case Quantity::examples_per_second: return "examples_per_second";
    case Quantity::scaling_efficiency: return "scaling_efficiency";
    case Quantity::wall_seconds: break;
  }
  return "wall_seconds";
}

Family read_family(const std::filesystem::path& path) {
  const catalog::Document document = catalog::read_document(path);
  const MapReader map = Field(document.root, "").map(kFileKeys);
  map["schema"].choice({kPublishedSchema}, "schemas");
  Family family;
  family.name = map["name"].name();
  family.description = map["description"].text();
  family.input = {path.string(), document.source->text};
  std::set<std::string> ids;
  for (const Field& row : map["rows"].list()) {
    family.rows.push_back(read_row(row, map, path.parent_path()));
    if (!ids.insert(family.rows.back().id).second) {
      row.fail(fmt::format("a second row with the id {}", family.rows.back().id), "give each row an id of its own");
    }
  }
  return family;
}

Suite read_suite(const std::filesystem::path& path) {
  Suite suite;
  std::map<std::string, std::string> files;
  for (const auto& file : files_of_suite(path)) {
    suite.push_back(read_family(file));
    const auto [known, is_new] = files.emplace(suite.back().name, file.string());
    if (!is_new) {
      catalog::fail_file(file.string(), fmt::format("a second family {}; the first is {}", known->first, known->second),
                         "give each file a name of its own");
    }
  }
  return suite;
}

}  // namespace podsim::validation
