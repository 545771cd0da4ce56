#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace podsim::results {

/// Code points of a UTF-8 text.
std::size_t width(std::string_view text);

/// `text`, or its first columns and "..." when it is wider than `columns` (at least 3).
std::string cut(std::string_view text, std::size_t columns);

/// `text` filled with blanks to `columns`.
std::string pad_right(std::string_view text, std::size_t columns);
std::string pad_left(std::string_view text, std::size_t columns);

/// Breaks `text` at blanks into lines of at most `columns`; control characters count as blanks,
/// a longer word is cut.
std::vector<std::string> wrap(std::string_view text, std::size_t columns);

/// The same as one text, a line end after each line.
std::string paragraph(std::string_view text, std::size_t columns);

}  // namespace podsim::results
