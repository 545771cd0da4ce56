#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace podsim::catalog {

/// Insertions, deletions and substitutions that turn `a` into `b` (Levenshtein 1966).
size_t edit_distance(std::string_view a, std::string_view b);

/// The name most like `written`, if one is like it at all: at most two edits, or a third of its length.
std::optional<std::string> nearest(std::string_view written, const std::vector<std::string>& names);

/// "did you mean X? NOUN are: A, B, C", the question only where a name is near.
std::string suggestion(std::string_view written, const std::vector<std::string>& names, std::string_view noun);

}  // namespace podsim::catalog
