#include "study/answer/measurement.hpp"
#include "catalog/text/error.hpp"
#include "study/point/resolver.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

namespace {

study::RunSpec target() {
  study::RunSpec spec;
  spec.workload = "bert-large-500k";
  spec.platform = "tpu-v3-pod";
  spec.chips = 256;
  spec.plan.global_batch = 4096;
  spec.steps = 10;
  return spec;
}

study::Measurement parsed(const std::string& text) { return study::parse_measurement(text, target()); }

run::Calibration calibrated(const std::string& text) {
  return study::calibrate(catalog::Catalog::standard(), parsed(text));
}

}  // namespace

TEST_CASE("a measurement keeps what it does not say of the run asked for") {
  const auto measurement = parsed("step_seconds=0.293@chips=16,batch=512,phase=length-128");
  CHECK_FALSE(measurement.is_rate);
  CHECK(measurement.value == 0.293);
  CHECK(measurement.run.chips == 16);
  CHECK(measurement.run.plan.global_batch == 512);
  CHECK(measurement.run.phase == "length-128");
  CHECK_FALSE(measurement.run.steps);
  const auto rate = parsed("examples_per_second=3500");
  CHECK(rate.is_rate);
  CHECK(rate.run.chips == 256);
  CHECK(rate.run.plan.global_batch == 4096);
}

TEST_CASE("bad measurements are refused") {
  CHECK_THROWS_WITH(parsed("0.3"), Catch::Contains("0.3 is not of the form KEY=VALUE"));
  CHECK_THROWS_WITH(parsed("step_second=1@chips=16"), Catch::Contains("did you mean step_seconds?"));
  CHECK_THROWS_WITH(parsed("step_seconds=0@chips=16"), Catch::Contains("0 is not a number above 0"));
  CHECK_THROWS_WITH(parsed("step_seconds=nan"), Catch::Contains("nan is not a number above 0"));
  CHECK_THROWS_WITH(parsed("step_seconds=1@chip=16"), Catch::Contains("did you mean chips?"));
  CHECK_THROWS_WITH(parsed("step_seconds=1@chips=16.5"), Catch::Contains("chips=16.5 is not a whole number"));
  CHECK_THROWS_WITH(parsed("step_seconds=1@"), Catch::Contains("not of the form KEY=VALUE"));
  CHECK_THROWS_WITH(parsed("step_seconds=1@chips=16,"), Catch::Contains("not of the form KEY=VALUE"));
}

TEST_CASE("a measurement equal to the prediction changes nothing") {
  const auto first = calibrated("step_seconds=1@chips=16,batch=512");
  const auto again = calibrated("step_seconds=" + std::to_string(first.predicted_step_seconds) + "@chips=16,batch=512");
  CHECK(again.implied_scale == Approx(1).margin(1e-4));
  CHECK(again.used_scale == Approx(1).margin(1e-4));
}

TEST_CASE("the implied scale gives the measured step, the used one lies between it and 1") {
  const auto calibration = calibrated("step_seconds=0.5@chips=16,batch=512");
  study::RunSpec spec = target();
  spec.chips = 16;
  spec.plan.global_batch = 512;
  spec.device_scale = calibration.implied_scale;
  const auto run = run::run_all({study::resolve(catalog::Catalog::standard(), spec).request});
  CHECK(std::get<run::RunResult>(run.front()).step_seconds.value == Approx(0.5).epsilon(1e-3));
  CHECK(calibration.used_scale > 1);
  CHECK(calibration.used_scale < calibration.implied_scale);
}

TEST_CASE("measurements that say nothing about the device are refused") {
  CHECK_THROWS_WITH(calibrated("step_seconds=0.001@chips=16,batch=512"),
                    Catch::Contains("is below its physical bound"));
  CHECK_THROWS_WITH(calibrated("step_seconds=0.3@chips=512,batch=1024"),
                    Catch::Contains("is bound by the host: it says little about the device"));
  CHECK_THROWS_WITH(calibrated("step_seconds=0.3@chips=17"), Catch::Contains("the measured run: "));
}
