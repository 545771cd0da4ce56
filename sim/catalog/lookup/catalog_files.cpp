#include "catalog/lookup/catalog_files.hpp"

#include "catalog/lookup/roots.hpp"
#include "catalog/machines/stack_base.hpp"
#include "catalog/spec/names.hpp"
#include "catalog/text/nearest.hpp"

#include <fmt/format.h>

#include <system_error>

namespace podsim::catalog {
namespace {

namespace fs = std::filesystem;

bool is_path(const std::string& name) { return name.find('/') != std::string::npos || name.ends_with(".yaml"); }

}  // namespace

CatalogFiles::CatalogFiles(std::vector<fs::path> roots)
    : roots_(std::move(roots)), documents_(std::make_shared<std::map<fs::path, std::pair<EntryKind, Document>>>()) {}

std::map<std::string, fs::path> CatalogFiles::all(EntryKind kind) const { return files_of(roots_, kind); }

std::string CatalogFiles::unknown_name_way_out(EntryKind kind, const std::string& name) const {
  for (const EntryKind other : {EntryKind::workload, EntryKind::platform, EntryKind::chip, EntryKind::stack,
                                EntryKind::library, EntryKind::prices}) {
    if (all(other).contains(name)) {
      return fmt::format("{} is {}: name {} here", name, with_article(other), with_article(kind));
    }
  }
  std::vector<std::string> names;
  for (const auto& [known, path] : all(kind)) names.push_back(known);
  return fmt::format("{}; or give the path of a YAML file",
                     suggestion_of_many(name, names, fmt::format("podsim list {}", list_word_of(kind))));
}

std::optional<fs::path> CatalogFiles::find(EntryKind kind, const std::string& name_or_path) const {
  if (is_path(name_or_path)) return name_or_path;
  const auto files = all(kind);
  const auto found = files.find(name_or_path);
  return found == files.end() ? std::nullopt : std::optional(found->second);
}

Document CatalogFiles::read(const fs::path& path, EntryKind kind) const {
  const auto known = documents_->find(path);
  if (known != documents_->end() && known->second.first == kind) return known->second.second;
  Document document = read_document(path);
  expect_kind(document, kind);
  documents_->insert_or_assign(path, std::pair(kind, document));
  return document;
}

Document CatalogFiles::read(EntryKind kind, const std::string& name_or_path) const {
  return read(path_of(kind, name_or_path), kind);
}

fs::path CatalogFiles::path_of(EntryKind kind, const std::string& name_or_path) const {
  if (auto path = find(kind, name_or_path)) return *std::move(path);
  fail_file(fmt::format("{} {}", name_of(kind), shortened(name_or_path)), "not in the catalogue",
            unknown_name_way_out(kind, name_or_path));
}

void CatalogFiles::require_name(EntryKind kind, const std::string& name, const Place& place,
                                std::string_view key) const {
  const auto path = find(kind, name);
  if (!path) {
    fail(place, key, fmt::format("{} is no {} in the catalogue", shortened(name), name_of(kind)),
         unknown_name_way_out(kind, name));
  }
  std::error_code error;
  if (!fs::exists(*path, error)) {
    fail(place, key, fmt::format("there is no file {}", shortened(path->string())),
         fmt::format("name {} of the catalogue, or give the path of a YAML file", with_article(kind)));
  }
}

Document CatalogFiles::read_named(EntryKind kind, const Field& field) const {
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
  return read(file, kind);
}

void CatalogFiles::read_part(Document& document, std::string_view key, EntryKind kind,
                             std::vector<InputText>& inputs) const {
  Value* part = document.root.find(key);
  if (part == nullptr || part->kind != Value::Kind::scalar) return;
  Document named = read_named(kind, Field(*part, std::string(key)));
  inputs.push_back(input_text(named));
  *part = std::move(named.root);
}

Document CatalogFiles::read_stack(const fs::path& path, std::vector<InputText>& inputs) const {
  Document document = read(path, EntryKind::stack);
  inputs.push_back(input_text(document));
  return with_base(std::move(document), [&](const Value& base) {
    Document named = read_named(EntryKind::stack, Field(base, "base"));
    inputs.push_back(input_text(named));
    return named;
  });
}

InputText input_text(const Document& document) { return {document.source->path, document.source->text}; }

}  // namespace podsim::catalog
