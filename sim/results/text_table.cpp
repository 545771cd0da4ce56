#include "results/text_table.hpp"

#include "results/text.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace podsim::results {
namespace {

constexpr std::size_t kNarrowGap = 1;
constexpr std::size_t kShortestBar = 8;
constexpr std::size_t kReadableText = 24;
constexpr std::size_t kNarrowest = 6;

void strip_right(std::string& line) { line.erase(line.find_last_not_of(' ') + 1); }

}  // namespace

TextTable::TextTable(std::vector<Heading> headings, std::size_t columns)
    : headings_(std::move(headings)), columns_(columns) {}

void TextTable::add(std::vector<std::string> cells) { rows_.push_back({std::move(cells), {}}); }

void TextTable::add_words(std::string cell, std::string words) {
  rows_.push_back({{std::move(cell)}, std::move(words)});
}

std::size_t TextTable::Layout::total() const {
  return std::accumulate(widths.begin(), widths.end(), gap * (widths.size() - 1));
}

TextTable::Layout TextTable::full_layout() const {
  Layout layout;
  for (const Heading& heading : headings_) layout.full.push_back(width(heading.text));
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      layout.full[i] = std::max(layout.full[i], width(row.cells[i]));
    }
  }
  layout.widths = layout.full;
  return layout;
}

/// Takes from the widest of the columns of one kind until the table fits or all have the least width.
void TextTable::narrow(Layout& layout, Align align, std::size_t least) const {
  while (layout.total() > columns_) {
    std::size_t* widest = nullptr;
    for (std::size_t i = 0; i < headings_.size(); ++i) {
      std::size_t& width = layout.widths[i];
      if (headings_[i].align != align || width <= least) continue;
      if (widest == nullptr || width > *widest) widest = &width;
    }
    if (widest == nullptr) return;
    --*widest;
  }
}

TextTable::Layout TextTable::layout() const {
  Layout layout = full_layout();
  narrow(layout, Align::bar, kShortestBar);
  narrow(layout, Align::left, kReadableText);
  if (layout.total() > columns_) layout.gap = kNarrowGap;
  narrow(layout, Align::left, kNarrowest);
  narrow(layout, Align::right, kNarrowest);
  return layout;
}

std::string TextTable::cell(const Row& row, std::size_t column, const Layout& layout) const {
  const std::string& text = row.cells[column];
  const std::size_t width = layout.widths[column];
  switch (headings_[column].align) {
    case Align::left: return pad_right(cut(text, width), width);
    case Align::right: return pad_left(cut(text, width), width);
    case Align::bar: break;
  }
  const std::size_t full = std::max<std::size_t>(layout.full[column], 1);
  const std::size_t scaled = (text.size() * width + full / 2) / full;
  return pad_right(text.substr(0, text.empty() ? 0 : std::max<std::size_t>(scaled, 1)), width);
}

std::string TextTable::line(const Row& row, const Layout& layout) const {
  const std::string gap(layout.gap, ' ');
  std::string line;
  for (std::size_t i = 0; i < row.cells.size(); ++i) line += (i > 0 ? gap : "") + cell(row, i, layout);
  if (!row.words.empty()) {
    const std::size_t indent = layout.widths[0] + layout.gap;
    std::string before = gap;
    for (const std::string& part : wrap(row.words, columns_ - indent)) {
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
  const Layout columns = layout();
  std::string text = line(top, columns);
  for (const Row& row : rows_) text += line(row, columns);
  return text;
}

}  // namespace podsim::results
