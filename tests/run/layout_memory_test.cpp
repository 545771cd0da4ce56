#include "catalog/lookup/catalog.hpp"
#include "run/layout.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <algorithm>
#include <iostream>
#include <string>

using namespace podsim;
using parallel::PlanChoice;

namespace {

catalog::Catalog shipped() { return catalog::Catalog({PODSIM_SOURCE_DIR}); }

/// What nvidia-smi showed on the fullest node while BigScience chose the size of its model.
struct Reading {
  int layers;
  int hidden;
  int data;
  int pipeline;
  int micro_batch;
  double GB;
};

/// BigScience, tr11-176B-ml, chronicles-prequel.md: A100 of 80 GB, TP 8, ZeRO 1 in fp16, every block computed again.
constexpr Reading kReadings[] = {{80, 14400, 4, 10, 1, 35}, {80, 14400, 4, 10, 2, 43}, {80, 14400, 4, 10, 4, 55},
                                 {80, 14400, 4, 10, 8, 76}, {80, 13824, 4, 10, 1, 33}, {80, 13824, 4, 10, 2, 39},
                                 {80, 13824, 4, 10, 4, 53}, {80, 13824, 4, 10, 8, 73}, {78, 13824, 8, 6, 4, 59}};

run::Layout lay_out(const Reading& reading) {
  run::RunRequest request;
  request.workload = shipped().workload("gpt-2").value;
  auto& model = std::get<catalog::Transformer>(request.workload.model);
  model.layers = reading.layers;
  model.hidden = reading.hidden;
  model.heads = 96;
  model.feed_forward = 4 * reading.hidden;
  model.vocabulary = 250880;
  model.positions = 2048;
  model.norm_after_embedding = false;
  model.final_norm = true;
  request.workload.training.phases.front().sequence_length = 2048;
  request.workload.training.steps = 1000;
  request.platform = shipped().platform("dgx-a100").value;
  request.stack = shipped().stack("megatron-deepspeed").value;
  request.chips = 8 * reading.data * reading.pipeline;
  request.plan = {.global_batch = 2048,
                  .micro_batch = reading.micro_batch,
                  .recompute = catalog::Recompute::full,
                  .zero = 1,
                  .tensor = 8,
                  .pipeline = reading.pipeline};
  request.timeline = false;
  return run::lay_out(request);
}

}  // namespace

TEST_CASE("nine published readings of memory lie in the framework's range over what is counted") {
  const catalog::FrameworkMemory range = shipped().stack("megatron-deepspeed").value.memory;
  CHECK(range.high_bytes - range.low_bytes <= 8e9);
  std::string table = "\nlayers hidden micro-batch: published - counted = GB\n";
  for (const Reading& reading : kReadings) {
    const run::Layout layout = lay_out(reading);
    const double counted = layout.memory.total_bytes() / 1e9;
    table += fmt::format("{} {} {}: {} - {:.1f} = {:.1f}\n", reading.layers, reading.hidden, reading.micro_batch,
                         reading.GB, counted, reading.GB - counted);
    INFO(table);
    CHECK(reading.GB - counted >= range.low_bytes / 1e9);
    CHECK(reading.GB - counted <= range.high_bytes / 1e9);
    CHECK(layout.memory.fits());
    CHECK(layout.memory.stage == 0);
    CHECK(layout.memory.in_flight == reading.pipeline);
  }
  if (std::getenv("PODSIM_PRINT") != nullptr) std::cout << table;
}

namespace {

/// Llama 3.1 405B on 16 stages of 8 tensor ranks, `replicas` of them, with fp32 gradients.
run::Layout llama(int64_t replicas) {
  run::RunRequest request;
  request.workload = shipped().workload("llama-3.1-405b").value;
  request.workload.training.phases.resize(1);
  request.platform = shipped().platform("dgx-h100").value;
  request.stack = shipped().stack("megatron").value;
  request.stack.formats.gradient = catalog::NumberFormat::fp32;
  request.stack.kernels.attention = catalog::Attention::fused;
  request.chips = 128 * replicas;
  request.plan = {
      .global_batch = 16 * replicas, .micro_batch = 1, .zero = 1, .tensor = 8, .pipeline = 16, .sequence_parallel = 1};
  request.timeline = false;
  return run::lay_out(request);
}

double states(const parallel::StageMemory& stage) {
  return stage.weights_bytes + stage.gradients_bytes + stage.optimizer_bytes;
}

}  // namespace

TEST_CASE("a rank of Llama 3.1 405B as its layout is published") {
  const run::Layout alone = llama(1);
  REQUIRE(alone.memory.stages.size() == 16);
  // Eight of 126 blocks, cut by 8: 3.19 G parameters, 18 bytes each.
  const parallel::StageMemory& inner = alone.memory.stages[1];
  CHECK(inner.blocks == 8);
  CHECK(inner.parameters == Approx(3.19e9).epsilon(2e-3));
  CHECK(states(inner) == Approx(57.4e9).epsilon(2e-3));
  CHECK(inner.in_flight == 15);
  CHECK(alone.memory.stages[0].blocks == 7);
  CHECK(alone.memory.stages[15].blocks == 7);
  // 2 + 4 + 12/4 bytes.
  CHECK(states(llama(4).memory.stages[1]) == Approx(28.7e9).epsilon(2e-3));
  // 8 blocks of 15 micro-batches, nothing computed again: about half a GB a block.
  CHECK(inner.activations_bytes == Approx(64e9).epsilon(0.15));
}
