#pragma once

#include "catalog/yaml/document.hpp"
#include "catalog/yaml/field.hpp"
#include "catalog/yaml/place.hpp"
#include "catalog/yaml/schema.hpp"
#include "catalog/yaml/text_file.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace podsim::catalog {

/// Finds the files of the catalogue by name and reads them, each once: copies share what was read. All functions throw
/// InputError for a name or a file that is not there, or a file of another kind.
class CatalogFiles {
 public:
  explicit CatalogFiles(std::vector<std::filesystem::path> roots);

  const std::vector<std::filesystem::path>& roots() const { return roots_; }

  /// Name and path of all files of a kind.
  std::map<std::string, std::filesystem::path> all(EntryKind kind) const;

  /// A path as it stands, or the file of that name.
  std::filesystem::path path_of(EntryKind kind, const std::string& name_or_path) const;

  Document read(const std::filesystem::path& path, EntryKind kind) const;
  Document read(EntryKind kind, const std::string& name_or_path) const;

  /// The file that a value names: of the catalogue, or a path from the folder of the value's own file.
  Document read_named(EntryKind kind, const Field& field) const;

  /// A stack's file with what it builds on; all texts go to `inputs`.
  Document read_stack(const std::filesystem::path& path, std::vector<InputText>& inputs) const;

  /// Puts the file that `key` names in the place of its name.
  void read_part(Document& document, std::string_view key, EntryKind kind, std::vector<InputText>& inputs) const;

  /// Throws at the place that names the entry.
  void require_name(EntryKind kind, const std::string& name, const Place& place, std::string_view key) const;

 private:
  std::optional<std::filesystem::path> find(EntryKind kind, const std::string& name_or_path) const;
  std::string unknown_name_way_out(EntryKind kind, const std::string& name) const;

  std::vector<std::filesystem::path> roots_;
  std::shared_ptr<std::map<std::filesystem::path, std::pair<EntryKind, Document>>> documents_;
};

InputText input_text(const Document& document);

}  // namespace podsim::catalog
