#include "catalog/yaml/override.hpp"

#include "catalog/text/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <memory>
#include <string>
#include <vector>

namespace podsim::catalog {
namespace {

const std::vector<std::string> kPrefixes = {"platform", "workload", "stack"};

std::string option_text(const Override& override) { return fmt::format("--set {}={}", override.key, override.value); }

std::vector<std::string> segments(std::string_view key) {
  std::vector<std::string> result(1);
  for (const char letter : key) {
    if (letter == '.') {
      result.emplace_back();
    } else {
      result.back() += letter;
    }
  }
  return result;
}

Value& element_at(Value& list, const std::string& index, const Place& place) {
  size_t position = 0;
  const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), position);
  if (error != std::errc{} || end != index.data() + index.size() || position >= list.elements.size()) {
    fail(place, "", fmt::format("{} is not the index of an element", shortened(index)),
         list.elements.empty() ? "the list is empty"
                               : fmt::format("the list has the elements 0 to {}", list.elements.size() - 1));
  }
  return list.elements[position];
}

Value& child(Value& parent, const std::string& segment, const Place& place) {
  if (parent.kind == Value::Kind::sequence) return element_at(parent, segment, place);
  if (parent.kind != Value::Kind::map) {
    fail(place, "", fmt::format("{} is looked for in a value that is no map and no list", shortened(segment)),
         "end the key before it");
  }
  if (Value* found = parent.find(segment)) return *found;
  parent.members.push_back({segment, place, {Value::Kind::map, place}});
  return parent.members.back().value;
}

}  // namespace

Override parse_override(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    fail_file(fmt::format("--set {}", shortened(text)), "not of the form KEY=VALUE",
              "for example --set platform.interconnect.link_GBps=164");
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

void check_override_keys(const std::vector<Override>& overrides) {
  for (const Override& override : overrides) {
    const std::vector<std::string> path = segments(override.key);
    const bool known = std::find(kPrefixes.begin(), kPrefixes.end(), path[0]) != kPrefixes.end();
    if (!known) {
      fail_file(shortened(option_text(override), 120), fmt::format("{} is no first word of a key", shortened(path[0])),
                suggestion(path[0], kPrefixes, "the first words"));
    }
    if (path.size() == 1 || std::find(path.begin(), path.end(), "") != path.end()) {
      fail_file(shortened(option_text(override), 120), fmt::format("{} is no key path", shortened(override.key)),
                "name the key by words with single dots between, for example platform.interconnect.link_GBps");
    }
  }
}

void apply_override(Value& root, const Override& override, std::string_view prefix) {
  if (!override.key.starts_with(prefix)) return;
  const auto source = std::make_shared<const Source>(Source{option_text(override), override.value, true});
  const Place place{source, 1, 1};
  const std::vector<std::string> path = segments(std::string_view(override.key).substr(prefix.size()));
  if (path.size() > kMaxDepth) {
    fail(place, "", fmt::format("the key has more than {} words", kMaxDepth), "name a key of the file");
  }
  Value* value = &root;
  for (const std::string& segment : path) {
    value = &child(*value, segment, place);
  }
  *value = parse_document(source).root;
}

}  // namespace podsim::catalog
