#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace podsim::study {

enum class Align { left, right };

struct Heading {
  std::string text;
  Align align = Align::right;
};

/// Rows of texts in aligned columns. Where the table would pass `columns`, its
/// widest columns are cut.
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

  std::vector<std::size_t> widths() const;
  std::string line(const Row& row, const std::vector<std::size_t>& widths) const;

  std::vector<Heading> headings_;
  std::size_t columns_;
  std::vector<Row> rows_;
};

}  // namespace podsim::study
