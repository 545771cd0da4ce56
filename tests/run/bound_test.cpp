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
  const double direct = run.model_flops_per_step / 6.14e12;
  CHECK(direct > 1.3 * measured);
  CHECK(run.step_bound_seconds < measured);
  CHECK(run.step_seconds.low >= run.step_bound_seconds);
}

TEST_CASE("the bound of VGG-A is its products on paper, at most 1.5 for an output and channel of a 3x3 window") {
  const auto run = on_titan_x(vgg_a(), 64);
  const double outputs_and_channels = 224.0 * 224 * 2 * 3 * 64 / 3 +  // the image has no gradient: two passes of three
                                      112.0 * 112 * 64 * 128 + 56.0 * 56 * (128 + 256) * 256 +
                                      28.0 * 28 * (256 + 512) * 512 + 14.0 * 14 * 1024 * 512;
  const double dense = 49.0 * 512 * 4096 + 4096.0 * 4096 + 4096.0 * 1000;
  const double flops = 3 * 2.0 * 64 * (1.5 * outputs_and_channels + dense);
  CHECK(run.step_bound_seconds == Approx(flops / 6.14e12));
  CHECK(run.model_flops_per_step == Approx(3 * 2.0 * 64 * (9 * outputs_and_channels + dense)));
}
