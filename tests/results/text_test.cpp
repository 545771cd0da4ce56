#include "results/text.hpp"

#include <catch2/catch.hpp>

using namespace podsim::results;
using Lines = std::vector<std::string>;

TEST_CASE("width counts code points, not bytes") {
  CHECK(width("") == 0);
  CHECK(width("größer") == 6);
}

TEST_CASE("cut keeps what fits and ends the rest with an ellipsis") {
  CHECK(cut("podsim", 6) == "podsim");
  CHECK(cut("podsims", 6) == "pod...");
  CHECK(cut("größer als", 6) == "grö...");
}

TEST_CASE("pad fills with blanks to the given width") {
  CHECK(pad_right("ß", 3) == "ß  ");
  CHECK(pad_left("ß", 3) == "  ß");
  CHECK(pad_left("long", 3) == "long");
}

TEST_CASE("wrap breaks at blanks, cuts long words and drops control characters") {
  CHECK(wrap("", 10) == Lines{});
  CHECK(wrap("one two three", 7) == Lines{"one two", "three"});
  CHECK(wrap("one two three", 6) == Lines{"one", "two", "three"});
  CHECK(wrap("one 7 % two", 6) == Lines{"one", "7 %", "two"});
  CHECK(wrap("a\nb\tc\x1b[0m", 20) == Lines{"a b c [0m"});
  CHECK(wrap("abcdefghijk l", 8) == Lines{"abcde...", "l"});
}
