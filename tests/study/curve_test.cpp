#include "study/answer/curve.hpp"

#include <catch2/catch.hpp>

using podsim::study::CurvePoint;
using podsim::study::Gain;
using podsim::study::gain_between;
using podsim::study::knee_of;

TEST_CASE("a doubling has its speed-up, its extra cost and its dollars per hour saved") {
  // 10 h for 100 dollars, then 6 h for 120: 20 dollars buy 4 hours.
  const Gain gain = gain_between({16, 10, 100.0}, {32, 6, 120.0});
  CHECK(gain.speedup == Approx(10.0 / 6).epsilon(1e-12));
  CHECK(gain.speedup_per_doubling == gain.speedup);
  CHECK(*gain.extra_cost == Approx(0.2).epsilon(1e-12));
  CHECK(*gain.usd_per_hour_saved == Approx(5.0).epsilon(1e-12));
}

TEST_CASE("faster and cheaper is a negative price of an hour") {
  const Gain gain = gain_between({16, 10, 100.0}, {32, 4, 80.0});
  CHECK(*gain.usd_per_hour_saved == Approx(-20.0 / 6).epsilon(1e-12));
}

TEST_CASE("where no hour is saved there is no price of an hour") {
  CHECK_FALSE(gain_between({16, 10, 100.0}, {32, 10, 200.0}).usd_per_hour_saved);
  CHECK_FALSE(gain_between({16, 10, 100.0}, {32, 11, 220.0}).usd_per_hour_saved);
}

TEST_CASE("a platform without prices has a speed-up only") {
  const Gain gain = gain_between({16, 10, std::nullopt}, {32, 5, std::nullopt});
  CHECK(gain.speedup == 2.0);
  CHECK_FALSE(gain.extra_cost);
  CHECK_FALSE(gain.usd_per_hour_saved);
}

TEST_CASE("a step that is no doubling counts by the doublings in it") {
  CHECK(gain_between({16, 9, 1.0}, {64, 4, 1.0}).speedup_per_doubling == Approx(1.5).epsilon(1e-12));
}

TEST_CASE("the knee is the last point before the first doubling that gains too little") {
  // Speed-ups of the doublings: 2, 1.6, 1.25, 1.6.
  const std::vector<CurvePoint> curve{{16, 64, 1.0}, {32, 32, 1.0}, {64, 20, 1.0}, {128, 16, 1.0}, {256, 10, 1.0}};
  CHECK(knee_of(curve, 1.5) == 2);
  CHECK(knee_of(curve, 1.2) == 4);
  CHECK(knee_of(curve, 1.7) == 1);
  CHECK(knee_of(curve, 2.5) == 0);
}

TEST_CASE("a doubling that gains exactly enough still pays") {
  CHECK(knee_of({{16, 12, 1.0}, {32, 8, 1.0}}, 1.5) == 1);
}

TEST_CASE("one point is its own knee") { CHECK(knee_of({{16, 12, 1.0}}, 1.5) == 0); }

TEST_CASE("a higher demand never moves the knee to more chips") {
  std::vector<CurvePoint> curve;
  double hours = 1000;
  for (int64_t chips = 1; chips <= 4096; chips *= 2) {
    curve.push_back({chips, hours, 1.0});
    hours = hours / 2 + 7;
  }
  std::size_t before = curve.size();
  for (double demand = 1.01; demand < 2.2; demand += 0.01) {
    const std::size_t knee = knee_of(curve, demand);
    CHECK(knee <= before);
    before = knee;
  }
}
