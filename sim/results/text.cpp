#include "results/text.hpp"

namespace podsim::results {

namespace {

bool starts_code_point(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

bool is_blank(char byte) { return (static_cast<unsigned char>(byte) <= 0x20U) || byte == 0x7F; }

/// Bytes of the first `columns` code points.
std::size_t prefix_bytes(std::string_view text, std::size_t columns) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (starts_code_point(text[i]) && seen++ == columns) return i;
  }
  return text.size();
}

/// A blank at which a line may end: not the one between a number and its per cent.
bool ends_word(std::string_view text, std::size_t at) {
  return is_blank(text[at]) && !(text[at] == ' ' && at + 1 < text.size() && text[at + 1] == '%');
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && !ends_word(text, i)) continue;
    if (i > begin) words.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  return words;
}

}  // namespace

std::size_t width(std::string_view text) {
  std::size_t columns = 0;
  for (const char byte : text) columns += starts_code_point(byte) ? 1 : 0;
  return columns;
}

std::string cut(std::string_view text, std::size_t columns) {
  if (width(text) <= columns) return std::string(text);
  return std::string(text.substr(0, prefix_bytes(text, columns - 3))) + "...";
}

std::string pad_right(std::string_view text, std::size_t columns) {
  const std::size_t used = width(text);
  return std::string(text) + std::string(used < columns ? columns - used : 0, ' ');
}

std::string pad_left(std::string_view text, std::size_t columns) {
  const std::size_t used = width(text);
  return std::string(used < columns ? columns - used : 0, ' ') + std::string(text);
}

std::vector<std::string> wrap(std::string_view text, std::size_t columns) {
  std::vector<std::string> lines;
  for (const std::string_view word : words_of(text)) {
    const std::string fitting = cut(word, columns);
    if (lines.empty() || width(lines.back()) + 1 + width(fitting) > columns) {
      lines.push_back(fitting);
    } else {
      lines.back() += " " + fitting;
    }
  }
  return lines;
}

std::string paragraph(std::string_view text, std::size_t columns) {
  std::string lines;
  for (const std::string& line : wrap(text, columns)) lines += line + "\n";
  return lines;
}

}  // namespace podsim::results
