#include "run/account/calibration.hpp"
#include "run/account/interval.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace podsim;

namespace {

run::Breakdown step(double device, double network, double host, double input) {
  return {.compute_seconds = 0.75 * device,
          .exposed_communication_seconds = network,
          .optimizer_seconds = 0.25 * device,
          .input_seconds = input,
          .overhead_seconds = host};
}

}  // namespace

TEST_CASE("the implied scale makes device time alone explain the measurement") {
  // 0.2 s of device and 0.1 s of the rest; 0.4 s measured leave 0.3 s for the device
  CHECK(run::implied_device_scale(step(0.2, 0.06, 0.04, 0), 0.4) == Approx(1.5));
  CHECK(run::implied_device_scale(step(0.2, 0.1, 0, 0), 0.3) == Approx(1.0));
  CHECK(run::implied_device_scale(step(0.2, 0.1, 0, 0), 0.05) < 0);
}

TEST_CASE("of the ratio of two steps only what they have not in common is uncertain, and the noise of both") {
  const double noise = std::sqrt(2.0) * run::kNoiseSpread;
  const auto factor = [](const run::Breakdown& one, const run::Breakdown& other) {
    return run::ratio_factor(one, other, run::Evidence::prior);
  };
  CHECK(factor(step(1, 0, 0, 0), step(2, 0, 0, 0)) == Approx(std::exp(run::kQuantile * noise)));
  CHECK(factor(step(0.6, 0.4, 0, 0), step(0.3, 0.2, 0, 0)) == Approx(std::exp(run::kQuantile * noise)));
  // a tenth less device and a tenth more network
  const double apart = std::hypot(std::hypot(0.1 * run::kPriorDeviceSpread, 0.1 * run::kNetworkSpread), noise);
  CHECK(factor(step(0.9, 0.1, 0, 0), step(0.8, 0.2, 0, 0)) == Approx(std::exp(run::kQuantile * apart)));
  CHECK(factor(step(0.8, 0.2, 0, 0), step(0.9, 0.1, 0, 0)) == factor(step(0.9, 0.1, 0, 0), step(0.8, 0.2, 0, 0)));
}

TEST_CASE("a scale is shrunk in logarithms") {
  CHECK(run::shrunk_device_scale(1) == 1);
  CHECK(std::log(run::shrunk_device_scale(1.5)) == Approx(run::kAnchorWeight * std::log(1.5)));
}

TEST_CASE("a step that is mostly network, host or input anchors nothing") {
  CHECK_FALSE(run::why_no_anchor(step(0.5, 0.5, 0, 0)));
  CHECK(run::why_no_anchor(step(0.4, 0.3, 0.2, 0.1)) == "network");
  CHECK(run::why_no_anchor(step(0.4, 0.2, 0.3, 0.1)) == "host");
  CHECK(run::why_no_anchor(step(0.4, 0.1, 0.2, 0.3)) == "input");
}

TEST_CASE("scales outside 0.85 to 1.7 are told") {
  run::Calibration calibration;
  CHECK(run::is_plausible(calibration));
  calibration.implied_scale = 1.71;
  CHECK_FALSE(run::is_plausible(calibration));
  CHECK(run::implausible_note(calibration) ==
        "the measurement implies a device scale of 1.71, outside 0.85 - 1.7: check that its batch, precision, "
        "padding and software are those of this run");
  calibration.implied_scale = 0.84;
  CHECK_FALSE(run::is_plausible(calibration));
}

TEST_CASE("an interval is cut at the bound and narrows with evidence") {
  const auto parts = step(1, 0, 0, 0);
  const auto wide = run::interval(1, 0.1, parts, run::Evidence::prior);
  const auto middle = run::interval(1, 0.1, parts, run::Evidence::stack_class);
  const auto narrow = run::interval(1, 0.1, parts, run::Evidence::anchor);
  CHECK(wide.value == 1);
  // t of four degrees of freedom, 90 %: 1.533; .125 and .065 add to .1409
  CHECK(wide.high == Approx(std::exp(1.533 * 0.1409)).epsilon(1e-3));
  CHECK(wide.low == Approx(1 / wide.high));
  CHECK(wide.low < middle.low);
  CHECK(middle.low < narrow.low);
  CHECK(narrow.high < middle.high);
  CHECK(middle.high < wide.high);
  CHECK(run::interval(1, 0.95, parts, run::Evidence::prior).low == 0.95);
}

TEST_CASE("a step that is network or host is less certain than one that is device") {
  const double device = run::interval(1, 0, step(1, 0, 0, 0), run::Evidence::prior).high;
  CHECK(run::interval(1, 0, {}, run::Evidence::prior).high == device);
  CHECK(run::interval(1, 0, step(0.5, 0.5, 0, 0), run::Evidence::prior).high > device);
  CHECK(run::interval(1, 0, step(0.5, 0, 0.25, 0.25), run::Evidence::prior).high > device);
}
