#include "catalog/yaml/field.hpp"

#include "catalog/text/decimal.hpp"
#include "catalog/text/nearest.hpp"
#include "catalog/text/units.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <stdexcept>
#include <utility>

namespace podsim::catalog {
namespace {

std::string join_path(const std::string& parent, std::string_view key) {
  return parent.empty() ? std::string(key) : fmt::format("{}.{}", parent, key);
}

std::string unknown_key_way_out(const std::string& written, const std::vector<std::string>& keys) {
  if (const auto key = same_key_in_its_unit(written, keys)) {
    return fmt::format("did you mean {}, in {}?", *key, unit_in_words(*key));
  }
  return suggestion(written, keys, "the keys here");
}

}  // namespace

Field::Field(const Value& value, std::string path) : value_(&value), path_(std::move(path)) {}

void Field::fail(std::string_view problem, std::string_view way_out) const {
  catalog::fail(value_->place, path_, problem, way_out);
}

void Field::refuse(std::string_view noun, std::string_view rule, std::string_view way_out) const {
  fail(fmt::format("{} is not {}: {}", written(), noun, rule), way_out);
}

std::string Field::written() const {
  switch (value_->kind) {
    case Value::Kind::nothing: return "nothing";
    case Value::Kind::sequence: return "a list";
    case Value::Kind::map: return "a map";
    case Value::Kind::scalar: break;
  }
  return value_->plain ? shortened(value_->text) : fmt::format("\"{}\"", shortened(value_->text));
}

double Field::number(const NumberRule& rule) const {
  if (!value_->plain) refuse(rule.noun, "it must be a number", rule.way_out);
  const DecimalNumber read = read_number(value_->text);
  if (const auto* broken = std::get_if<std::string>(&read)) refuse(rule.noun, *broken, rule.way_out);
  const double number = std::get<double>(read);
  if (number < rule.low || (number == rule.low && !rule.low_allowed)) {
    refuse(rule.noun, fmt::format("it must be {} {}", rule.low_allowed ? "at least" : "greater than", rule.low),
           rule.way_out);
  }
  if (number > rule.high) refuse(rule.noun, fmt::format("it must be at most {}", rule.high), rule.way_out);
  return number;
}

int64_t Field::integer(const IntegerRule& rule) const {
  if (!value_->plain) refuse(rule.noun, "it must be a whole number", rule.way_out);
  const DecimalInteger read = read_integer(value_->text);
  if (const auto* broken = std::get_if<std::string>(&read)) refuse(rule.noun, *broken, rule.way_out);
  const int64_t number = std::get<int64_t>(read);
  if (number < rule.low) refuse(rule.noun, fmt::format("it must be at least {}", rule.low), rule.way_out);
  if (number > rule.high) refuse(rule.noun, fmt::format("it must be at most {}", rule.high), rule.way_out);
  return number;
}

bool Field::boolean() const {
  if (value_->plain && (value_->text == "true" || value_->text == "false")) return value_->text == "true";
  refuse("a switch", "it must be true or false", "write true or false");
}

std::string Field::text() const {
  if (value_->kind != Value::Kind::scalar || value_->text.empty()) {
    refuse("a text", "it must be words on one or more lines", "write a text after the colon");
  }
  return value_->text;
}

std::string Field::name() const {
  std::string name = text();
  const bool legal = std::all_of(name.begin(), name.end(), [](unsigned char letter) {
    return letter < 0x80 && (std::isalnum(letter) != 0 || letter == '.' || letter == '_' || letter == '-');
  });
  if (!legal || name.size() > 64) {
    refuse("a name", "it must be at most 64 letters, digits and the signs . _ -", "for example bert-large");
  }
  return name;
}

size_t Field::choice(const std::vector<std::string>& names, std::string_view noun) const {
  const auto found =
      value_->kind == Value::Kind::scalar ? std::find(names.begin(), names.end(), value_->text) : names.end();
  if (found == names.end()) {
    fail(fmt::format("{} is none of the {}", written(), noun),
         suggestion(value_->text, names, fmt::format("the {}", noun)));
  }
  return static_cast<size_t>(found - names.begin());
}

std::vector<Field> Field::list() const {
  if (value_->kind != Value::Kind::sequence) {
    refuse("a list", "it must be elements in brackets or behind dashes", "write [FIRST, SECOND]");
  }
  if (value_->elements.empty()) fail("the list is empty", "give at least one element");
  std::vector<Field> fields;
  fields.reserve(value_->elements.size());
  for (size_t i = 0; i < value_->elements.size(); ++i) {
    fields.emplace_back(value_->elements[i], fmt::format("{}.{}", path_, i));
  }
  return fields;
}

std::vector<Field> Field::list_of(size_t length, std::string_view meaning) const {
  std::vector<Field> fields = list();
  if (fields.size() != length) {
    fail(fmt::format("the list has {} elements, it must have {}", fields.size(), length),
         fmt::format("give {}", meaning));
  }
  return fields;
}

MapReader Field::map(std::vector<std::string> keys) const { return {*this, std::move(keys)}; }

size_t Field::variant(std::string_view key, const std::vector<std::string>& names, std::string_view noun) const {
  std::vector<std::string> all;
  if (is_map()) {
    for (const Member& member : value_->members) all.push_back(member.key);
  }
  if (std::find(all.begin(), all.end(), key) == all.end()) all.emplace_back(key);
  return map(all)[key].choice(names, noun);
}

std::vector<NamedField> Field::names() const {
  if (!is_map()) refuse("a map", "it must be lines of NAME: VALUE", "write NAME: VALUE, one a line, indented");
  if (value_->members.empty()) fail("the map is empty", "give at least one NAME: VALUE");
  std::vector<NamedField> fields;
  for (const Member& member : value_->members) {
    fields.push_back({member.key, member.place, Field(member.value, join_path(path_, member.key))});
  }
  return fields;
}

size_t NamedField::choice(const std::vector<std::string>& names, std::string_view noun) const {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    catalog::fail(place, field.path(), fmt::format("{} is none of the {}", shortened(name), noun),
                  suggestion(name, names, fmt::format("the {}", noun)));
  }
  return static_cast<size_t>(found - names.begin());
}

MapReader::MapReader(const Field& field, std::vector<std::string> keys) : map_(field), keys_(std::move(keys)) {
  if (!field.is_map()) {
    field.refuse("a map", fmt::format("it must be lines of KEY: VALUE with the keys {}", fmt::join(keys_, ", ")),
                 "write KEY: VALUE, one a line, indented");
  }
  for (const Member& member : field.value().members) {
    if (std::find(keys_.begin(), keys_.end(), member.key) != keys_.end()) continue;
    catalog::fail(member.place, join_path(field.path(), shortened(member.key)), "unknown key",
                  unknown_key_way_out(member.key, keys_));
  }
}

std::optional<Field> MapReader::find(std::string_view key) const {
  if (std::find(keys_.begin(), keys_.end(), key) == keys_.end()) {
    throw std::logic_error(fmt::format("key {} is read but not declared", key));
  }
  const Value* value = map_.value().find(key);
  if (value == nullptr) return std::nullopt;
  return Field(*value, join_path(map_.path(), key));
}

Field MapReader::operator[](std::string_view key) const {
  if (auto field = find(key)) return *std::move(field);
  const std::string unit = unit_in_words(key);
  catalog::fail(
      map_.place(), join_path(map_.path(), key), "missing",
      unit.empty() ? fmt::format("add a line {}: VALUE", key) : fmt::format("add a line {}: NUMBER, in {}", key, unit));
}

int MapReader::integer_or(std::string_view key, const IntegerRule& rule, int fallback) const {
  const auto field = find(key);
  return field ? static_cast<int>(field->integer(rule)) : fallback;
}

bool MapReader::boolean_or(std::string_view key, bool fallback) const {
  const auto field = find(key);
  return field ? field->boolean() : fallback;
}

void MapReader::forbid(std::string_view key, std::string_view problem, std::string_view way_out) const {
  if (const auto field = find(key)) field->fail(problem, way_out);
}

}  // namespace podsim::catalog
