#include "catalog/lookup/catalog.hpp"
#include "run/run.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

namespace {

/// One step of `model` with `images` on one Titan X, base clock, in fp32.
run::RunResult on_titan_x(const catalog::Convolutional& model, int64_t images) {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = shipped.workload("vgg-16").value;
  request.workload.model = model;
  request.platform = shipped.platform("titan-x-octo").value;
  request.stack = shipped.stack("gpu-fp32").value;
  request.chips = 1;
  request.plan.global_batch = images;
  return std::get<run::RunResult>(run::run_all({request}).front());
}

catalog::ConvolutionalStage plain(int blocks, int width, int pool) {
  return {
      .blocks = blocks, .width = width, .block = catalog::BlockKind::plain, .pool_kernel = pool, .pool_stride = pool};
}

/// VGG model A, which convnet-benchmarks ran forward and backward on a Titan X.
catalog::Convolutional vgg_a() {
  catalog::Convolutional model;
  model.stem_filters = 0;
  model.batch_norm = false;
  model.stages = {plain(1, 64, 2), plain(1, 128, 2), plain(2, 256, 2), plain(2, 512, 2), plain(2, 512, 2)};
  model.dense = {4096, 4096};
  return model;
}

}  // namespace

TEST_CASE("the bound lies below a measured step that beats the direct sum of its convolutions") {
  // soumith/convnet-benchmarks: 64 images in 320 ms in fp32 with neon's Winograd kernels, without an update.
  const double measured = 0.320;
  const auto run = on_titan_x(vgg_a(), 64);
  const double direct = run.step.model_flops / 6.14e12;
  CHECK(direct > 1.3 * measured);
  CHECK(run.step.bound_seconds < measured);
  CHECK(run.step.seconds.low >= run.step.bound_seconds);
}

TEST_CASE("the bound of VGG-A is its products on paper, at most 1.5 for an output and channel of a 3x3 window") {
  const auto run = on_titan_x(vgg_a(), 64);
  const double outputs_and_channels = 224.0 * 224 * 2 * 3 * 64 / 3 +  // the image has no gradient: two passes of three
                                      112.0 * 112 * 64 * 128 + 56.0 * 56 * (128 + 256) * 256 +
                                      28.0 * 28 * (256 + 512) * 512 + 14.0 * 14 * 1024 * 512;
  const double dense = 49.0 * 512 * 4096 + 4096.0 * 4096 + 4096.0 * 1000;
  const double flops = 3 * 2.0 * 64 * (1.5 * outputs_and_channels + dense);
  CHECK(run.step.bound_seconds == Approx(flops / 6.14e12));
  CHECK(run.step.model_flops == Approx(3 * 2.0 * 64 * (9 * outputs_and_channels + dense)));
}

TEST_CASE("each micro-batch goes through one of the two stages that a rank of DualPipe has") {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = shipped.workload("llama-2-7b").value;
  request.platform = shipped.platform("tpu-v4-pod").value;
  request.stack = shipped.default_stack(request.platform.chip, request.workload).value;
  request.chips = 4;
  request.plan = {.global_batch = 64, .micro_batch = 1, .zero = 0, .pipeline = 2};
  request.with_baseline = false;
  run::RunRequest both_ways = request;
  both_ways.plan.schedule = static_cast<int64_t>(pipeline::ScheduleKind::dualpipe);
  const auto outcomes = run::run_all({request, both_ways});
  const auto bound = [&](size_t i) { return std::get<run::RunResult>(outcomes[i]).step.bound_seconds; };
  // The busier of two stages has the head, and DualPipe shares both evenly.
  CHECK(bound(1) <= bound(0));
  CHECK(bound(1) > 0.9 * bound(0));
}
