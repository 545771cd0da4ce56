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

/// The names most like `written`, the most like first, at most `most`: those that are near, and those of which it is a
/// part (three letters or more).
std::vector<std::string> nearest_few(std::string_view written, const std::vector<std::string>& names, size_t most);

/// "did you mean X, Y or Z? COMMAND names them all": for names that are too many for one line.
std::string suggestion_of_many(std::string_view written, const std::vector<std::string>& names,
                               std::string_view command);

/// "did you mean X? NOUN are: A, B, C", the question only where a name is near.
std::string suggestion(std::string_view written, const std::vector<std::string>& names, std::string_view noun);

}  // namespace podsim::catalog
