#include "compute/host.hpp"
#include "compute/jitter.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace podsim;

TEST_CASE("a phase takes the larger of device and host, a little more where they are alike") {
  CHECK(compute::phase_seconds(3, 0) == Approx(3));
  CHECK(compute::phase_seconds(0, 3) == Approx(3));
  CHECK(compute::phase_seconds(1, 10) == Approx(10).epsilon(1e-4));
  CHECK(compute::phase_seconds(2, 2) == Approx(2 * std::pow(2, 0.25)));
  CHECK(compute::phase_seconds(0, 0) == 0);
}

TEST_CASE("the expected maximum of normal numbers is the known one") {
  const double root_pi = std::sqrt(std::acos(-1));
  CHECK(compute::expected_maximum(1) == 0);
  CHECK(compute::expected_maximum(2) == Approx(1 / root_pi).epsilon(1e-9));
  CHECK(compute::expected_maximum(3) == Approx(1.5 / root_pi).epsilon(1e-9));
  CHECK(compute::expected_maximum(10) == Approx(1.5387527308).epsilon(1e-9));  // Harter, Biometrika 1961
  CHECK(compute::expected_maximum(100) == Approx(2.5075936).epsilon(1e-7));
  CHECK(compute::expected_maximum(1e6) < std::sqrt(2 * std::log(1e6)));  // the asymptote, from below
}

TEST_CASE("the spread of a step falls from short to long ones") {
  const catalog::Jitter jitter{.short_steps = 0.07, .long_steps = 0.01, .knee_seconds = 0.1};
  const double two = compute::expected_maximum(2);
  CHECK(compute::late_seconds(jitter, 0.1, 2) == Approx(0.1 * 0.04 * two));
  CHECK(compute::late_seconds(jitter, 100, 2) == Approx(100 * 0.01 * two).epsilon(0.01));
  CHECK(compute::late_seconds(jitter, 0.1, 1) == 0);
  CHECK(compute::late_seconds({}, 0.1, 1000) == 0);
}
