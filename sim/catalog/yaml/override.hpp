#pragma once

#include "catalog/yaml/document.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace podsim::catalog {

/// One `--set KEY=VALUE`: a dotted key path that starts with "platform.",
/// "workload." or "stack.", and a YAML value. Checked like the file.
struct Override {
  std::string key;
  std::string value;

  bool operator==(const Override&) const = default;
};

/// Reads "KEY=VALUE". Throws InputError on any other form.
Override parse_override(const std::string& text);

/// Throws InputError where a key does not start with "platform.", "workload." or "stack.".
void check_override_keys(const std::vector<Override>& overrides);

/// Puts the value of `override` into `root` where its key starts with
/// `prefix` ("platform."); leaves `root` alone otherwise. A key that is not in the tree is
/// added, for the loader to judge like one in a file.
void apply_override(Value& root, const Override& override, std::string_view prefix);

}  // namespace podsim::catalog
