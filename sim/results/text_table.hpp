#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace podsim::results {

/// Texts stand left, numbers right. A bar stands left and is drawn shorter where room is short.
enum class Align { left, right, bar };

struct Heading {
  std::string text;
  Align align = Align::right;
};

/// Rows of texts in aligned columns. Where the table would pass `columns`, bars give way first, then long texts, then
/// the gaps, then all texts, and numbers last.
class TextTable {
 public:
  explicit TextTable(std::vector<Heading> headings, std::size_t columns = 100);

  /// One cell for each heading.
  void add(std::vector<std::string> cells);

  /// A first cell, and words across all other columns that are broken into lines.
  void add_words(std::string cell, std::string words);

  /// One line for each row, each ended by a newline.
  std::string text() const;

 private:
  struct Row {
    std::vector<std::string> cells;
    std::string words;
  };

  struct Layout {
    std::vector<std::size_t> full;    ///< columns that the widest cell has
    std::vector<std::size_t> widths;  ///< columns that it gets
    std::size_t gap = 2;

    std::size_t total() const;
  };

  Layout full_layout() const;
  Layout layout() const;
  void narrow(Layout& layout, Align align, std::size_t least) const;
  std::string cell(const Row& row, std::size_t column, const Layout& layout) const;
  std::string line(const Row& row, const Layout& layout) const;

  std::vector<Heading> headings_;
  std::size_t columns_;
  std::vector<Row> rows_;
};

}  // namespace podsim::results
