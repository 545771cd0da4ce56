#include "catalog/yaml/schema.hpp"

#include "catalog/text/nearest.hpp"
#include "catalog/yaml/field.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace podsim::catalog {
namespace {

constexpr std::array kKinds = {EntryKind::platform, EntryKind::workload, EntryKind::chip,
                               EntryKind::stack,    EntryKind::library,  EntryKind::prices};

const Value& schema_value(const Document& document) {
  if (document.root.kind != Value::Kind::map) {
    Field(document.root, "")
        .refuse("a podsim file", "it must be lines of KEY: VALUE",
                "start with its schema line, for example schema: podsim/platform/1");
  }
  if (const Value* schema = document.root.find("schema")) return *schema;
  fail(document.root.place, "schema", "missing", "start with the schema line, for example schema: podsim/platform/1");
}

const Value* step(const Value& value, const std::string& word) {
  if (value.kind != Value::Kind::sequence) return value.find(word);
  size_t index = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
  const bool is_index = error == std::errc{} && end == word.data() + word.size();
  return is_index && index < value.elements.size() ? &value.elements[index] : nullptr;
}

bool has_path(const Value& root, const std::string& path) {
  const Value* value = &root;
  size_t begin = 0;
  while (value != nullptr && begin <= path.size()) {
    const size_t end = std::min(path.find('.', begin), path.size());
    value = step(*value, path.substr(begin, end - begin));
    begin = end + 1;
  }
  return value != nullptr;
}

}  // namespace

std::string_view name_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::workload: return "workload";
    case EntryKind::platform: return "platform";
    case EntryKind::chip: return "chip";
    case EntryKind::stack: return "stack";
    case EntryKind::library: return "library";
    case EntryKind::prices: return "price list";
    case EntryKind::study: return "study";
  }
  return "unknown";
}

std::string with_article(EntryKind kind) { return fmt::format("a {}", name_of(kind)); }

std::string plural_of(EntryKind kind) {
  if (kind == EntryKind::study) return "studies";
  return kind == EntryKind::library ? "libraries" : fmt::format("{}s", name_of(kind));
}

std::string list_word_of(EntryKind kind) { return kind == EntryKind::prices ? "prices" : plural_of(kind); }

std::string schema_line(EntryKind kind) {
  return kind == EntryKind::prices ? "podsim/prices/1" : fmt::format("podsim/{}/1", name_of(kind));
}

std::string schema_text(const Document& document) { return Field(schema_value(document), "schema").text(); }

EntryKind kind_of(const Document& document) {
  std::vector<std::string> lines;
  for (const EntryKind kind : kKinds) lines.push_back(schema_line(kind));
  return kKinds[Field(schema_value(document), "schema").choice(lines, "schemas that this podsim reads")];
}

void expect_kind(const Document& document, EntryKind kind) {
  const EntryKind found = kind_of(document);
  if (found == kind) return;
  Field(schema_value(document), "schema")
      .fail(fmt::format("the file describes {}, not {}", with_article(found), with_article(kind)),
            fmt::format("give a file that starts with schema: {}", schema_line(kind)));
}

void check_sources(const Value& root, const std::string& path) {
  const Value* sources = root.find("sources");
  if (sources == nullptr) return;
  const std::string sources_path = path.empty() ? "sources" : path + ".sources";
  for (const NamedField& entry : Field(*sources, sources_path).names()) {
    entry.field.text();
    if (!has_path(root, entry.name)) {
      entry.field.fail("the source belongs to a key that the file does not have",
                       "name a key by its dotted path, or the path of the map that holds it");
    }
  }
}

}  // namespace podsim::catalog
