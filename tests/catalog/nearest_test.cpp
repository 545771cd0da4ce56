#include "catalog/nearest.hpp"

#include <catch2/catch.hpp>

namespace podsim::catalog {

TEST_CASE("edit distance counts insertions, deletions and substitutions") {
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("flaw", "lawn") == 2);
  CHECK(edit_distance("same", "same") == 0);
}

TEST_CASE("the nearest name is at most two edits or a third of its length away") {
  const std::vector<std::string> names = {"bandwidth_GBps", "capacity_GiB", "efficiency"};
  CHECK(nearest("eficiency", names) == "efficiency");
  CHECK(nearest("bandwith_GBs", names) == "bandwidth_GBps");
  CHECK(nearest("colour", names) == std::nullopt);
  CHECK(nearest("", names) == std::nullopt);
}

TEST_CASE("a name that shares no letter is not near, however short") {
  CHECK(nearest("x", {"ab", "y"}) == std::nullopt);
  CHECK(nearest("ac", {"ab"}) == "ab");
}

TEST_CASE("the first of equally near names is suggested") {
  CHECK(nearest("bert", {"berx", "bery"}) == "berx");
  CHECK(suggestion("bert", {"berx", "bery"}, "the models") == "did you mean berx? the models are: berx, bery");
  CHECK(suggestion("zzzzzz", {"berx", "bery"}, "the models") == "the models are: berx, bery");
}

}  // namespace podsim::catalog
