#include "results/text_table.hpp"

#include "results/text.hpp"

#include <catch2/catch.hpp>

#include <sstream>

using podsim::results::Align;
using podsim::results::TextTable;

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

TEST_CASE("texts give way where the table would be too wide, numbers do not") {
  TextTable table({{"a", Align::left}, {"b", Align::left}, {"c"}}, 50);
  table.add({std::string(50, 'a'), std::string(30, 'b'), "26.0 h (21.0 - 32.1)"});
  std::istringstream lines(table.text());
  for (std::string line; std::getline(lines, line);) CHECK(podsim::results::width(line) <= 50);
  CHECK(table.text().find(" 26.0 h (21.0 - 32.1)\n") != std::string::npos);
}

TEST_CASE("a bar is drawn shorter before anything is cut") {
  TextTable table({{"machine", Align::left}, {"time"}, {"", Align::bar}}, 30);
  table.add({"a-long-name", "1,000 h", std::string(20, '#')});
  table.add({"b", "500 h", std::string(10, '#')});
  table.add({"c", "1 h", "#"});
  CHECK(table.text() ==
        "machine         time\n"
        "a-long-name  1,000 h  ########\n"
        "b              500 h  ####\n"
        "c                1 h  #\n");
}

TEST_CASE("columns stand closer before short texts are cut") {
  TextTable table({{"slice", Align::left}, {"step"}, {"hours"}}, 26);
  table.add({"1 of one node", "285 ms", "1,000"});
  CHECK(table.text() == "slice           step hours\n1 of one node 285 ms 1,000\n");
}

TEST_CASE("a table of numbers that is too wide cuts the widest") {
  TextTable table({{"a"}, {"b"}}, 20);
  table.add({std::string(30, '1'), "1234567"});
  CHECK(table.text() == "           a       b\n111111111... 1234567\n");
}
