#include "run/fitting.hpp"

#include "catalog/lookup/catalog.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

namespace {

/// ResNet-50 with 12 images a step on one V100 with this much memory.
run::RunRequest twelve_images(double memory_bytes) {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = shipped.workload("resnet-50").value;
  request.platform = shipped.platform("gcp-1xv100").value;
  request.platform.chip.memory_bytes = memory_bytes;
  request.stack = shipped.default_stack(request.platform.chip, request.workload).value;
  request.chips = 1;
  request.plan.global_batch = 12;
  return request;
}

double need_bytes(int64_t micro_batch) {
  run::RunRequest request = twelve_images(16e9);
  request.plan.micro_batch = micro_batch;
  return run::lay_out(request).memory.total_bytes();
}

}  // namespace

TEST_CASE("the fewest passes that fit: every divisor of a rank's share is tried, the largest first") {
  for (const int64_t micro_batch : {12, 6, 4, 3, 2, 1}) {
    run::RunRequest request = twelve_images(need_bytes(micro_batch));
    const auto fitting = run::lay_out_fitting(request);
    REQUIRE(fitting);
    CHECK(fitting->layout.plan.batch.micro == micro_batch);
    CHECK(fitting->layout.memory.fits());
    CHECK(fitting->words == (micro_batch == 12 ? "" : std::to_string(12 / micro_batch) + " passes"));
    CHECK(request.plan.micro_batch.value_or(12) == micro_batch);
  }
}

namespace {

run::RunRequest gpt_2(const char* platform, int chips) {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = shipped.workload("gpt-2").value;
  request.platform = shipped.platform(platform).value;
  request.stack = shipped.default_stack(request.platform.chip, request.workload).value;
  request.chips = chips;
  return request;
}

}  // namespace

TEST_CASE(
    "where not even one example fits, optimiser states are shared and layers computed again, unless that is fixed") {
  // On a TPU v3 core of 16 GiB the states of GPT-2 are 23 GiB: only both options together help.
  run::RunRequest request = gpt_2("tpu-v3-pod", 128);
  const auto fitting = run::lay_out_fitting(request);
  REQUIRE(fitting);
  CHECK(fitting->layout.memory.fits());
  CHECK(fitting->words == "--zero 1, --recompute full");
  CHECK(request.plan.zero == 1);
  CHECK(request.plan.recompute == catalog::Recompute::full);

  run::RunRequest fixed = gpt_2("tpu-v3-pod", 128);
  fixed.plan.zero = 0;
  CHECK_FALSE(run::lay_out_fitting(fixed));
  CHECK_FALSE(fixed.plan.micro_batch);
  CHECK_FALSE(fixed.plan.recompute);
}

TEST_CASE("where nothing helps there is no layout") {
  run::RunRequest request = gpt_2("tpu-v3-pod", 128);
  request.platform.chip.memory_bytes = 16e9;  // 8 GB a core: weights and gradients alone are 12.5
  CHECK_FALSE(run::lay_out_fitting(request));
}
