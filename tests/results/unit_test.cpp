#include "results/unit.hpp"

#include <catch2/catch.hpp>

using namespace podsim::results;

TEST_CASE("a number of the run JSON without a unit is a programming error") {
  CHECK(unit_of("wall_hours") == "h");
  CHECK(unit_of_members("cost_usd") == "USD");
  CHECK(unit_of_members("simulation").empty());
  CHECK_THROWS_WITH(unit_of("wall_days"), "result: wall_days has no unit");
}
