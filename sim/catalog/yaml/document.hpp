#pragma once

#include "catalog/yaml/place.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::catalog {

struct Member;

/// One node of a YAML text and its place. `plain` tells 82 from "82".
struct Value {
  enum class Kind { nothing, scalar, sequence, map };

  Value() = default;
  Value(Kind value_kind, Place value_place);

  Kind kind = Kind::nothing;
  std::string text;  ///< of a scalar
  bool plain = false;
  std::vector<Value> elements;  ///< of a sequence
  std::vector<Member> members;  ///< of a map, in file order, keys unique
  Place place;

  const Value* find(std::string_view key) const;  ///< null where there is no such member
  Value* find(std::string_view key);
};

struct Member {
  std::string key;
  Place place;
  Value value;
};

struct Document {
  std::shared_ptr<const Source> source;
  Value root;
};

constexpr int kMaxDepth = 32;
constexpr int kMaxNodes = 100'000;

/// Reads one strict YAML document in UTF-8: no duplicate keys, anchors, aliases, merge
/// keys, tags or second documents, at most kMaxDepth levels and kMaxNodes nodes.
/// Throws InputError at the first place that breaks this.
Document parse_document(const std::shared_ptr<const Source>& source);

Document read_document(const std::filesystem::path& path);

}  // namespace podsim::catalog
