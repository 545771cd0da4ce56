#include "catalog/text/nearest.hpp"

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

TEST_CASE("of many names the nearest few are suggested, and where the others are") {
  const std::vector<std::string> names = {"bert-base", "bert-large", "bert-tiny", "gpt-2", "resnet-50", "berta"};
  CHECK(nearest_few("bert-bse", names, 3) == std::vector<std::string>{"bert-base"});
  CHECK(nearest_few("bert", names, 3) == std::vector<std::string>{"berta", "bert-base", "bert-tiny"});
  CHECK(nearest_few("xyz", names, 3).empty());
  CHECK(suggestion_of_many("bert", names, "podsim list") ==
        "did you mean berta, bert-base or bert-tiny? podsim list names them all");
  CHECK(suggestion_of_many("gpt-3", names, "podsim list") == "did you mean gpt-2? podsim list names them all");
  CHECK(suggestion_of_many("xyz", names, "podsim list") == "podsim list names them all");
}

}  // namespace podsim::catalog
