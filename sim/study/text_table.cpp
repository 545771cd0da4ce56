#include "study/text_table.hpp"

#include "results/text.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace podsim::study {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 6;

void strip_right(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

TextTable::TextTable(std::vector<Heading> headings, std::size_t columns)
    : headings_(std::move(headings)), columns_(columns) {}

void TextTable::add(std::vector<std::string> cells) { rows_.push_back({std::move(cells), {}}); }

void TextTable::add_words(std::string cell, std::string words) {
  rows_.push_back({{std::move(cell)}, std::move(words)});
}

std::vector<std::size_t> TextTable::widths() const {
  std::vector<std::size_t> widths;
  for (const Heading& heading : headings_) widths.push_back(results::width(heading.text));
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) widths[i] = std::max(widths[i], results::width(row.cells[i]));
  }
  const std::size_t room = columns_ - kGap * (widths.size() - 1);
  while (std::accumulate(widths.begin(), widths.end(), std::size_t{0}) > room) {
    const auto widest = std::max_element(widths.begin(), widths.end());
    if (*widest <= kNarrowest) break;
    --*widest;
  }
  return widths;
}

std::string TextTable::line(const Row& row, const std::vector<std::size_t>& widths) const {
  std::string line;
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    if (i > 0) line.append(kGap, ' ');
    const std::string cell = results::cut(row.cells[i], widths[i]);
    line +=
        headings_[i].align == Align::left ? results::pad_right(cell, widths[i]) : results::pad_left(cell, widths[i]);
  }
  if (!row.words.empty()) {
    const std::size_t indent = widths[0] + kGap;
    std::string before(kGap, ' ');
    for (const std::string& part : results::wrap(row.words, columns_ - indent)) {
      line.append(before).append(part);
      before = "\n" + std::string(indent, ' ');
    }
  }
  strip_right(line);
  return line + "\n";
}

std::string TextTable::text() const {
  Row top;
  for (const Heading& heading : headings_) top.cells.push_back(heading.text);
  const std::vector<std::size_t> columns = widths();
  std::string text = line(top, columns);
  for (const Row& row : rows_) text += line(row, columns);
  return text;
}

}  // namespace podsim::study
