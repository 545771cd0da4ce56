#include "catalog/yaml/place.hpp"

#include "catalog/text/error.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::catalog {
namespace {

constexpr size_t kExcerptWidth = 100;

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

size_t back_to_code_point(std::string_view text, size_t position) {
  while (position > 0 && position < text.size() && is_continuation(text[position])) --position;
  return position;
}

std::string printable(std::string_view text) {
  std::string result(text);
  for (char& byte : result) {
    if (byte == '\t') byte = ' ';
    if (static_cast<unsigned char>(byte) < 0x20 || byte == 0x7F) byte = '?';
  }
  return result;
}

std::string_view line_of(std::string_view text, int line) {
  for (int skipped = 1; skipped < line; ++skipped) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  return text.substr(0, text.find_first_of("\r\n"));
}

std::string excerpt(const Place& place) {
  const std::string_view line = line_of(place.source->text, place.line);
  const size_t caret = std::min(static_cast<size_t>(place.column - 1), line.size());
  size_t begin = 0;
  size_t end = line.size();
  if (line.size() > kExcerptWidth) {
    begin = back_to_code_point(line, caret > kExcerptWidth / 2 ? caret - kExcerptWidth / 2 : 0);
    end = back_to_code_point(line, std::min(line.size(), begin + kExcerptWidth));
  }
  const std::string before = (begin > 0 ? "..." : "") + printable(line.substr(begin, caret - begin));
  const std::string after = printable(line.substr(caret, end - caret)) + (end < line.size() ? "..." : "");
  const auto columns =
      before.size() - static_cast<size_t>(std::count_if(before.begin(), before.end(), is_continuation));
  return fmt::format("{:5} | {}{}\n      | {}^\n", place.line, before, after, std::string(columns, ' '));
}

}  // namespace

std::string shortened(std::string_view text, size_t length) {
  if (text.size() <= length) return printable(text);
  return printable(text.substr(0, back_to_code_point(text, length - 3))) + "...";
}

void fail(const Place& place, std::string_view key_path, std::string_view problem, std::string_view way_out) {
  const std::string key = key_path.empty() ? "" : shortened(key_path, 120) + ": ";
  if (place.source->command_line) {
    throw InputError(fmt::format("{}: {}{}\n  way out: {}", shortened(place.source->path, 120), key, problem, way_out));
  }
  throw InputError(fmt::format("{}:{}:{}: {}{}\n{}  way out: {}", place.source->path, place.line, place.column, key,
                               problem, excerpt(place), way_out));
}

void fail_file(std::string_view path, std::string_view problem, std::string_view way_out) {
  throw InputError(fmt::format("{}: {}\n  way out: {}", path, problem, way_out));
}

}  // namespace podsim::catalog
