#include "parallel/repeats.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using parallel::Loop;
using parallel::Units;

TEST_CASE("pieces of code that come again are loops") {
  const Units units{.order = {0, 1, 2, 1, 2, 1, 2, 3}, .blocks = {{0}, {1}, {2, 3}, {4}}};
  const std::vector<Loop> loops = parallel::loops_of(units, {1, 2});
  CHECK(loops == std::vector<Loop>{{{0}, 1}, {{1, 2, 3}, 3}, {{4}, 1}});
}

TEST_CASE("pieces of the same blocks have one number") {
  Units units;
  CHECK(units.number({0, 1}) == 0);
  CHECK(units.number({0}) == 1);
  CHECK(units.number({0, 1}) == 0);
  CHECK(units.blocks.size() == 2);
}
