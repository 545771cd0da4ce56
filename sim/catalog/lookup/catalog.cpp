#include "catalog/lookup/catalog.hpp"

#include "catalog/lookup/roots.hpp"
#include "catalog/machines/chip_loader.hpp"
#include "catalog/machines/library_loader.hpp"
#include "catalog/machines/platform_loader.hpp"
#include "catalog/machines/prices_loader.hpp"
#include "catalog/machines/stack_loader.hpp"
#include "catalog/models/ledger_loader.hpp"
#include "catalog/models/workload_loader.hpp"
#include "catalog/spec/stack_fit.hpp"
#include "catalog/yaml/document.hpp"
#include "catalog/yaml/override.hpp"
#include "catalog/yaml/schema.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace podsim::catalog {
namespace {

namespace fs = std::filesystem;

/// As deep as stacks may build on one another.
constexpr int kMostGenerations = 5;

template <typename T>
Loaded<T> load(Document document, const std::vector<Override>& overrides, std::string_view prefix,
               T (*loader)(const Field&)) {
  for (const Override& override : overrides) apply_override(document.root, override, prefix);
  return {loader(Field(document.root, "")), {input_text(document)}};
}

/// Its other keys are read by the room that runs studies.
std::string study_description(const fs::path& path) {
  const Document document = read_document(path);
  const Value* description = document.root.find("description");
  return description != nullptr ? Field(*description, "description").text() : "";
}

}  // namespace

Catalog::Catalog(std::vector<fs::path> roots) : files_(std::move(roots)) {}

Catalog Catalog::standard() { return Catalog(standard_roots()); }

std::filesystem::path Catalog::published_runs() const {
  for (const auto& root : files_.roots()) {
    if (auto folder = root / "tests" / "published"; std::filesystem::is_directory(folder)) return folder;
  }
  fail_file("published runs", "not found in the catalogue", "name a file or folder of published runs with --suite");
}

Loaded<Platform> Catalog::platform(const std::string& name_or_path, const std::vector<Override>& overrides) const {
  Document document = files_.read(EntryKind::platform, name_or_path);
  std::vector<InputText> inputs = {input_text(document)};
  const auto names_a_part = [](const Override& override) {
    return override.key == "platform.chip" || override.key == "platform.prices";
  };
  for (const Override& override : overrides) {
    if (names_a_part(override)) apply_override(document.root, override, "platform.");
  }
  files_.read_part(document, "chip", EntryKind::chip, inputs);
  files_.read_part(document, "prices", EntryKind::prices, inputs);
  for (const Override& override : overrides) {
    if (!names_a_part(override)) apply_override(document.root, override, "platform.");
  }
  return {load_platform(Field(document.root, "")), std::move(inputs)};
}

Loaded<Workload> Catalog::workload(const std::string& name_or_path, const std::vector<Override>& overrides) const {
  return load(files_.read(EntryKind::workload, name_or_path), overrides, "workload.", load_workload);
}

std::optional<Value> Catalog::workload_plan(const std::string& name_or_path,
                                            const std::vector<Override>& overrides) const {
  Document document = files_.read(EntryKind::workload, name_or_path);
  for (const Override& override : overrides) apply_override(document.root, override, "workload.");
  const Value* plan = document.root.find("plan");
  return plan != nullptr ? std::optional(*plan) : std::nullopt;
}

Loaded<Stack> Catalog::stack(const std::string& name_or_path, const std::vector<Override>& overrides) const {
  std::vector<InputText> inputs;
  Document document = files_.read_stack(files_.path_of(EntryKind::stack, name_or_path), inputs);
  const auto in_library = [](const Override& override) {
    return override.key.starts_with("stack.collective_library.");
  };
  for (const Override& override : overrides) {
    if (!in_library(override)) apply_override(document.root, override, "stack.");
  }
  files_.read_part(document, "collective_library", EntryKind::library, inputs);
  for (const Override& override : overrides) {
    if (in_library(override)) apply_override(document.root, override, "stack.");
  }
  return {load_stack(Field(document.root, "")), std::move(inputs)};
}

Loaded<Library> Catalog::library(const std::string& name_or_path, const std::vector<Override>& overrides) const {
  return load(files_.read(EntryKind::library, name_or_path), overrides, "library.", load_library);
}

Loaded<Chip> Catalog::chip(const std::string& name_or_path, const std::vector<Override>& overrides) const {
  return load(files_.read(EntryKind::chip, name_or_path), overrides, "platform.chip.", load_chip);
}

Loaded<Ledger> Catalog::ledger(const std::string& name) const {
  for (const fs::path& root : files_.roots()) {
    const fs::path path = root / "workloads" / "ledger" / (name + ".yaml");
    std::error_code error;
    if (!fs::exists(path, error)) continue;
    const Document document = read_document(path);
    return {load_ledger(Field(document.root, "")), {input_text(document)}};
  }
  fail_file("ledger " + shortened(name), "not in the catalogue", "give the folder of the catalogue by PODSIM_PATH");
}

Loaded<Library> Catalog::default_library(const Chip& chip, const std::vector<Override>& overrides) const {
  std::vector<std::string> all;
  for (const auto& [name, path] : files_.all(EntryKind::library)) {
    Loaded<Library> loaded = library(path.string());
    const auto& architectures = loaded.value.default_for;
    if (std::find(architectures.begin(), architectures.end(), chip.architecture) != architectures.end()) {
      return overrides.empty() ? loaded : library(path.string(), overrides);
    }
    all.push_back(name);
  }
  fail_file(fmt::format("chip {}", chip.name),
            fmt::format("no collective library is the default for its architecture, {}", chip.architecture),
            fmt::format("choose one by --library NAME, the libraries are: {}", fmt::join(all, ", ")));
}

Loaded<Prices> Catalog::prices(const std::string& name_or_path, const std::vector<Override>& overrides) const {
  return load(files_.read(EntryKind::prices, name_or_path), overrides, "platform.prices.", load_prices);
}

fs::path Catalog::study(const std::string& name_or_path) const {
  return files_.path_of(EntryKind::study, name_or_path);
}

std::string Catalog::description(EntryKind kind, const std::string& path) const {
  switch (kind) {
    case EntryKind::workload: return workload(path).value.description;
    case EntryKind::platform: return platform(path).value.description;
    case EntryKind::chip: return chip(path).value.description;
    case EntryKind::stack: return stack(path).value.description;
    case EntryKind::library: return library(path).value.description;
    case EntryKind::prices: return prices(path).value.description;
    case EntryKind::study: return study_description(path);
  }
  return "";
}

void Catalog::check_file(const std::string& path) const { description(kind_of(read_document(path)), path); }

std::vector<Entry> Catalog::list(EntryKind kind) const {
  std::vector<Entry> entries;
  for (const auto& [name, path] : files_.all(kind)) {
    entries.push_back({kind, name, description(kind, path.string()), path});
  }
  return entries;
}

std::vector<std::string> Catalog::names(EntryKind kind) const {
  std::vector<std::string> names;
  for (const auto& [name, path] : files_.all(kind)) names.push_back(name);
  return names;
}

Loaded<Stack> Catalog::default_stack(const Chip& chip, const Workload& workload,
                                     const std::vector<Override>& overrides) const {
  auto loaded = stack(default_stack_name(chip, workload), overrides);
  loaded.value = for_chip(std::move(loaded.value), chip);
  return loaded;
}

std::string Catalog::default_stack_name(const Chip& chip, const Workload& workload) const {
  std::vector<std::string> all;
  std::vector<std::string> closest;
  int best = 1;
  for (const auto& [name, path] : files_.all(EntryKind::stack)) {
    all.push_back(name);
    const Document file = files_.read(path, EntryKind::stack);
    const int close = closeness(load_stack_scope(file.root), chip, model_kind(workload));
    if (close < best) continue;
    if (close > best) closest.clear();
    best = close;
    closest.push_back(name);
  }
  if (closest.size() == 1) return closest.front();
  fail_file(fmt::format("{} on chip {}", workload.name, chip.name),
            closest.empty() ? fmt::format("no stack is made for a {} model on this chip", model_kind(workload))
                            : fmt::format("several stacks are made for it: {}", fmt::join(closest, ", ")),
            fmt::format("choose one by --stack NAME, the stacks are: {}", fmt::join(all, ", ")));
}

void Catalog::require_name(EntryKind kind, const std::string& name, const Place& place, std::string_view key) const {
  files_.require_name(kind, name, place, key);
}

StackScope Catalog::made_for(const std::string& stack) const {
  Document file = files_.read(EntryKind::stack, stack);
  bool inherited = false;
  for (int generation = 0; file.root.find("scope") == nullptr && generation < kMostGenerations; ++generation) {
    const Value* base = file.root.find("base");
    if (base == nullptr) return {};
    file = files_.read_named(EntryKind::stack, Field(*base, "base"));
    inherited = true;
  }
  StackScope scope = load_stack_scope(file.root);
  if (inherited) {
    scope.first_chip_year = StackScope{}.first_chip_year;
    scope.last_chip_year = StackScope{}.last_chip_year;
  }
  return scope;
}

std::vector<std::string> Catalog::stacks_for(const Chip& chip, const Workload& workload) const {
  std::vector<std::string> names;
  for (const auto& [name, path] : files_.all(EntryKind::stack)) {
    if (closeness(made_for(name), chip, model_kind(workload)) > 0) names.push_back(name);
  }
  return names;
}

std::string schema_of(const std::string& path) { return schema_text(read_document(path)); }

}  // namespace podsim::catalog
