#include "study/text_table.hpp"

#include "results/text.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using podsim::study::Align;
using podsim::study::TextTable;

TEST_CASE("columns are as wide as their widest cell, two blanks apart, without blanks at the end") {
  TextTable table({{"name", Align::left}, {"n"}, {"words", Align::left}});
  table.add({"a", "1,000", "x"});
  table.add({"longer", "7", ""});
  CHECK(table.text() == "name        n  words\na       1,000  x\nlonger      7\n");
}

TEST_CASE("words go across all other columns and are broken into lines") {
  TextTable table({{"n"}, {"b"}}, 20);
  table.add({"1", "2"});
  table.add_words("2", "one two three four five");
  CHECK(table.text() == "n  b\n1  2\n2  one two three\n   four five\n");
}

TEST_CASE("the widest columns give way where the table would be too wide") {
  TextTable table({{"a", Align::left}, {"b", Align::left}, {"c"}}, 40);
  table.add({std::string(50, 'a'), std::string(30, 'b'), "1234567"});
  std::istringstream lines(table.text());
  for (std::string line; std::getline(lines, line);) CHECK(podsim::results::width(line) <= 40);
  CHECK(table.text().find("1234567") != std::string::npos);
}
