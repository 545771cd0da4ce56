#pragma once

#include "catalog/yaml/document.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::catalog {

/// What a number must be. The noun has its article ("a rate"); messages read
/// "-82 is not a rate: it must be greater than 0".
struct NumberRule {
  std::string noun;
  std::string way_out;
  double low = 0;
  bool low_allowed = false;
  double high = 1e12;
};

/// What a whole number must be; both limits are allowed.
struct IntegerRule {
  std::string noun;
  std::string way_out;
  int64_t low = 1;
  int64_t high = std::numeric_limits<int>::max();
};

class MapReader;
struct NamedField;

/// A value with its dotted key path. Each getter checks and throws InputError.
/// Points into a Document, which must outlive it.
class Field {
 public:
  Field(const Value& value, std::string path);

  const std::string& path() const { return path_; }
  const Place& place() const { return value_->place; }
  bool is_map() const { return value_->kind == Value::Kind::map; }
  const Value& value() const { return *value_; }

  /// A decimal number: no hexadecimal, no leading zero, finite, not quoted.
  double number(const NumberRule& rule) const;
  int64_t integer(const IntegerRule& rule) const;
  bool boolean() const;
  /// A text that is not empty.
  std::string text() const;
  /// A text of letters, digits, '.', '_' and '-', at most 64 of them.
  std::string name() const;
  /// The index of the name in `names`; `noun` is the plural that introduces their list.
  size_t choice(const std::vector<std::string>& names, std::string_view noun) const;

  /// The elements of a list that is not empty.
  std::vector<Field> list() const;
  std::vector<Field> list_of(size_t length, std::string_view meaning) const;
  /// A map with these legal keys.
  MapReader map(std::vector<std::string> keys) const;
  /// The index of the name that a map gives under `key`, which decides its other keys.
  size_t variant(std::string_view key, const std::vector<std::string>& names, std::string_view noun) const;
  /// A map, not empty, whose keys are names.
  std::vector<NamedField> names() const;

  [[noreturn]] void fail(std::string_view problem, std::string_view way_out) const;
  /// "WRITTEN is not NOUN: RULE".
  [[noreturn]] void refuse(std::string_view noun, std::string_view rule, std::string_view way_out) const;

 private:
  std::string written() const;

  const Value* value_;
  std::string path_;
};

struct NamedField {
  std::string name;
  Place place;  ///< of the name
  Field field;

  /// The index of the name itself in `names`.
  size_t choice(const std::vector<std::string>& names, std::string_view noun) const;
};

/// A map whose keys are known: an unknown one is an error with the nearest legal key.
class MapReader {
 public:
  MapReader(const Field& field, std::vector<std::string> keys);

  /// The value of a key, which must be there.
  Field operator[](std::string_view key) const;
  std::optional<Field> find(std::string_view key) const;

  int integer_or(std::string_view key, const IntegerRule& rule, int fallback) const;
  bool boolean_or(std::string_view key, bool fallback) const;

  [[noreturn]] void fail(std::string_view problem, std::string_view way_out) const { map_.fail(problem, way_out); }
  /// Fails, at the value of `key`, if it is there.
  void forbid(std::string_view key, std::string_view problem, std::string_view way_out) const;

 private:
  Field map_;
  std::vector<std::string> keys_;
};

}  // namespace podsim::catalog
