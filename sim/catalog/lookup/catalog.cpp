#include "catalog/lookup/catalog.hpp"

#include "catalog/lookup/roots.hpp"
#include "catalog/machines/chip_loader.hpp"
#include "catalog/machines/library_loader.hpp"
#include "catalog/machines/platform_loader.hpp"
#include "catalog/machines/prices_loader.hpp"
#include "catalog/machines/stack_base.hpp"
#include "catalog/machines/stack_loader.hpp"
#include "catalog/models/ledger_loader.hpp"
#include "catalog/models/workload_loader.hpp"
#include "catalog/spec/stack_fit.hpp"
#include "catalog/text/nearest.hpp"
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

bool is_path(const std::string& name) { return name.find('/') != std::string::npos || name.ends_with(".yaml"); }

/// As deep as stacks may build on one another.
constexpr int kMostGenerations = 5;

InputText input_text(const Document& document) { return {document.source->path, document.source->text}; }

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

Catalog::Catalog(std::vector<fs::path> roots)
    : roots_(std::move(roots)), documents_(std::make_shared<std::map<fs::path, std::pair<EntryKind, Document>>>()) {}

Catalog Catalog::standard() { return Catalog(standard_roots()); }

std::filesystem::path Catalog::published_runs() const {
  for (const auto& root : roots_) {
    if (auto folder = root / "tests" / "published"; std::filesystem::is_directory(folder)) return folder;
  }
  fail_file("published runs", "not found in the catalogue", "name a file or folder of published runs with --suite");
}

std::string Catalog::unknown_name_way_out(EntryKind kind, const std::string& name) const {
  for (const EntryKind other : {EntryKind::workload, EntryKind::platform, EntryKind::chip, EntryKind::stack,
                                EntryKind::library, EntryKind::prices}) {
    if (files_of(roots_, other).contains(name)) {
      return fmt::format("{} is {}: name {} here", name, with_article(other), with_article(kind));
    }
  }
  std::vector<std::string> names;
  for (const auto& [known, path] : files_of(roots_, kind)) names.push_back(known);
  return fmt::format("{}; or give the path of a YAML file",
                     suggestion_of_many(name, names, fmt::format("podsim list {}", list_word_of(kind))));
}

std::optional<fs::path> Catalog::find(EntryKind kind, const std::string& name_or_path) const {
  if (is_path(name_or_path)) return name_or_path;
  const auto files = files_of(roots_, kind);
  const auto found = files.find(name_or_path);
  return found == files.end() ? std::nullopt : std::optional(found->second);
}

Document Catalog::read_kind(const fs::path& path, EntryKind kind) const {
  const auto known = documents_->find(path);
  if (known != documents_->end() && known->second.first == kind) return known->second.second;
  Document document = read_document(path);
  expect_kind(document, kind);
  documents_->insert_or_assign(path, std::pair(kind, document));
  return document;
}

Document Catalog::read_entry(EntryKind kind, const std::string& name_or_path) const {
  return read_kind(path_of(kind, name_or_path), kind);
}

fs::path Catalog::path_of(EntryKind kind, const std::string& name_or_path) const {
  if (auto path = find(kind, name_or_path)) return *std::move(path);
  fail_file(fmt::format("{} {}", name_of(kind), shortened(name_or_path)), "not in the catalogue",
            unknown_name_way_out(kind, name_or_path));
}

void Catalog::require_name(EntryKind kind, const std::string& name, const Place& place, std::string_view key) const {
  const auto path = find(kind, name);
  if (!path) {
    catalog::fail(place, key, fmt::format("{} is no {} in the catalogue", shortened(name), name_of(kind)),
                  unknown_name_way_out(kind, name));
  }
  std::error_code error;
  if (!fs::exists(*path, error)) {
    catalog::fail(place, key, fmt::format("there is no file {}", shortened(path->string())),
                  fmt::format("name {} of the catalogue, or give the path of a YAML file", with_article(kind)));
  }
}

Document Catalog::read_named(EntryKind kind, const Field& field) const {
  const std::string name = field.text();
  const auto path = find(kind, name);
  if (!path) {
    field.fail(fmt::format("{} is no {} in the catalogue", shortened(name), name_of(kind)),
               unknown_name_way_out(kind, name));
  }
  const Source& source = *field.place().source;
  const bool beside_the_file = is_path(name) && path->is_relative() && !source.command_line;
  const fs::path file = beside_the_file ? (fs::path(source.path).parent_path() / *path).lexically_normal() : *path;
  std::error_code error;
  if (!fs::exists(file, error)) {
    field.fail(fmt::format("there is no file {}", file.string()),
               fmt::format("name {} of the catalogue, or give the path of a YAML file from the folder of this one",
                           with_article(kind)));
  }
  return read_kind(file, kind);
}

/// Puts the file that `key` names in the place of its name.
void Catalog::read_part(Document& document, std::string_view key, EntryKind kind,
                        std::vector<InputText>& inputs) const {
  Value* part = document.root.find(key);
  if (part == nullptr || part->kind != Value::Kind::scalar) return;
  Document read = read_named(kind, Field(*part, std::string(key)));
  inputs.push_back(input_text(read));
  *part = std::move(read.root);
}

Loaded<Platform> Catalog::platform(const std::string& name_or_path, const std::vector<Override>& overrides) const {
  Document document = read_entry(EntryKind::platform, name_or_path);
  std::vector<InputText> inputs = {input_text(document)};
  const auto names_a_part = [](const Override& override) {
    return override.key == "platform.chip" || override.key == "platform.prices";
  };
  for (const Override& override : overrides) {
    if (names_a_part(override)) apply_override(document.root, override, "platform.");
  }
  read_part(document, "chip", EntryKind::chip, inputs);
  read_part(document, "prices", EntryKind::prices, inputs);
  for (const Override& override : overrides) {
    if (!names_a_part(override)) apply_override(document.root, override, "platform.");
  }
  return {load_platform(Field(document.root, "")), std::move(inputs)};
}

Loaded<Workload> Catalog::workload(const std::string& name_or_path, const std::vector<Override>& overrides) const {
  return load(read_entry(EntryKind::workload, name_or_path), overrides, "workload.", load_workload);
}

Document Catalog::read_stack(const fs::path& path, std::vector<InputText>& inputs) const {
  Document document = read_kind(path, EntryKind::stack);
  inputs.push_back(input_text(document));
  return with_base(std::move(document), [&](const Value& base) {
    Document read = read_named(EntryKind::stack, Field(base, "base"));
    inputs.push_back(input_text(read));
    return read;
  });
}

Loaded<Stack> Catalog::stack(const std::string& name_or_path, const std::vector<Override>& overrides) const {
  std::vector<InputText> inputs;
  Document document = read_stack(path_of(EntryKind::stack, name_or_path), inputs);
  const auto in_library = [](const Override& override) {
    return override.key.starts_with("stack.collective_library.");
  };
  for (const Override& override : overrides) {
    if (!in_library(override)) apply_override(document.root, override, "stack.");
  }
  read_part(document, "collective_library", EntryKind::library, inputs);
  for (const Override& override : overrides) {
    if (in_library(override)) apply_override(document.root, override, "stack.");
  }
  return {load_stack(Field(document.root, "")), std::move(inputs)};
}

Loaded<Library> Catalog::library(const std::string& name_or_path, const std::vector<Override>& overrides) const {
  return load(read_entry(EntryKind::library, name_or_path), overrides, "library.", load_library);
}

Loaded<Chip> Catalog::chip(const std::string& name_or_path, const std::vector<Override>& overrides) const {
  return load(read_entry(EntryKind::chip, name_or_path), overrides, "platform.chip.", load_chip);
}

Loaded<Ledger> Catalog::ledger(const std::string& name) const {
  for (const fs::path& root : roots_) {
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
  for (const auto& [name, path] : files_of(roots_, EntryKind::library)) {
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
  return load(read_entry(EntryKind::prices, name_or_path), overrides, "platform.prices.", load_prices);
}

fs::path Catalog::study(const std::string& name_or_path) const { return path_of(EntryKind::study, name_or_path); }

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
  for (const auto& [name, path] : files_of(roots_, kind)) {
    entries.push_back({kind, name, description(kind, path.string()), path});
  }
  return entries;
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
  for (const auto& [name, path] : files_of(roots_, EntryKind::stack)) {
    all.push_back(name);
    const Document file = read_kind(path, EntryKind::stack);
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

StackScope Catalog::made_for(const std::string& stack) const {
  Document file = read_entry(EntryKind::stack, stack);
  bool inherited = false;
  for (int generation = 0; file.root.find("scope") == nullptr && generation < kMostGenerations; ++generation) {
    const Value* base = file.root.find("base");
    if (base == nullptr) return {};
    file = read_named(EntryKind::stack, Field(*base, "base"));
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
  for (const auto& [name, path] : files_of(roots_, EntryKind::stack)) {
    if (closeness(made_for(name), chip, model_kind(workload)) > 0) names.push_back(name);
  }
  return names;
}

std::string schema_of(const std::string& path) { return schema_text(read_document(path)); }

}  // namespace podsim::catalog
