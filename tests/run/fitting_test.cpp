#include "run/fitting.hpp"

#include "catalog/catalog.hpp"

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
  request.global_batch = 12;
  return request;
}

double need_bytes(int64_t micro_batch) {
  run::RunRequest request = twelve_images(16e9);
  request.micro_batch = micro_batch;
  return run::lay_out(request).memory.total_bytes();
}

}  // namespace

TEST_CASE("the fewest passes that fit: every divisor of a rank's share is tried, the largest first") {
  for (const int64_t micro_batch : {12, 6, 4, 3, 2, 1}) {
    run::RunRequest request = twelve_images(need_bytes(micro_batch));
    const auto layout = run::lay_out_fitting(request);
    REQUIRE(layout);
    CHECK(layout->plan.micro_batch == micro_batch);
    CHECK(layout->memory.fits());
    CHECK(request.micro_batch.value_or(12) == micro_batch);
  }
}

TEST_CASE("where not even one example fits there is no layout") {
  run::RunRequest request = twelve_images(need_bytes(1) - 1);
  CHECK_FALSE(run::lay_out_fitting(request));
}
