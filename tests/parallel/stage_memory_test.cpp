#include "parallel/memory.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace podsim;
using pipeline::ScheduleKind;
using pipeline::Shape;

namespace {

/// States in GB of 7.5 G parameters on 64 ranks, in fp16 with fp32 master weights and two moments (K = 12).
double states_GB(int zero, int shards) {
  workload::Graph graph;
  graph.layers = {{.name = "all", .parameters = 7.5e9, .forward = {}, .backward = {}, .saved_bytes = 0}};
  catalog::Stack stack;
  stack.formats.weight = stack.formats.gradient = catalog::NumberFormat::fp16;
  stack.formats.master_weights = true;
  parallel::Plan plan;
  plan.ranks = plan.degrees.data = 64;
  plan.zero = zero;
  plan.update_shards = shards;
  const auto need = parallel::memory_need(graph, plan, catalog::Optimizer::adam, {}, stack);
  return (need.weights_bytes + need.gradients_bytes + need.optimizer_bytes) / 1e9;
}

/// What the ranks of a pipeline need whose stages of the model have a block each, with 1 GB of activations over the
/// chunks of a rank.
std::vector<parallel::StageMemory> memories(ScheduleKind kind, const Shape& shape) {
  workload::Graph graph;
  graph.layers.push_back({.name = "embedding", .forward = {}, .backward = {}, .saved_bytes = 0});
  const int of_rank = kind == ScheduleKind::dualpipe ? 1 : shape.chunks;
  for (int stage = 0; stage < pipeline::stages(kind, shape); ++stage) {
    graph.layers.push_back(
        {.name = "block", .parameters = 1e6, .forward = {}, .backward = {}, .saved_bytes = 1e9 / of_rank});
    graph.layers.back().input_bytes = 1;
  }
  graph.layers.push_back({.name = "head", .forward = {}, .backward = {}, .saved_bytes = 0});
  parallel::Plan plan;
  plan.ranks = plan.degrees.pipeline = shape.ranks;
  plan.schedule = kind;
  plan.chunks = shape.chunks;
  plan.batch = {.global = shape.micro_batches, .local = shape.micro_batches, .micro = 1, .passes = shape.micro_batches};
  plan.split = std::vector<int>(static_cast<size_t>(pipeline::stages(kind, shape)), 1);
  return parallel::memory_need(graph, plan, catalog::Optimizer::adam, {}, {}).stages;
}

}  // namespace

TEST_CASE("states of 7.5 billion parameters on 64 ranks by stage of ZeRO, as its paper has them") {
  CHECK(states_GB(0, 1) == Approx(120));
  CHECK(states_GB(1, 64) == Approx(31.4).epsilon(2e-3));
  CHECK(states_GB(2, 64) == Approx(16.6).epsilon(5e-3));
  CHECK(states_GB(3, 64) == Approx(1.9).epsilon(2e-2));
  // Shared among eight, with copies.
  CHECK(states_GB(3, 8) == Approx(15));
}

TEST_CASE("activations in flight on each rank of a pipeline, by schedule") {
  const auto check = [](ScheduleKind kind, const Shape& shape, const auto& expected) {
    const auto found = memories(kind, shape);
    REQUIRE(found.size() == static_cast<size_t>(shape.ranks));
    for (int rank = 0; rank < shape.ranks; ++rank) {
      CAPTURE(pipeline::schedule_names()[static_cast<size_t>(kind)], rank);
      CHECK(found[static_cast<size_t>(rank)].activations_bytes / 1e9 == Approx(expected(rank)));
    }
  };
  check(ScheduleKind::gpipe, {8, 1, 32}, [](int) { return 32; });
  check(ScheduleKind::one_f_one_b, {8, 1, 32}, [](int i) { return 8 - i; });
  check(ScheduleKind::one_f_one_b, {8, 1, 3}, [](int i) { return std::min(3, 8 - i); });
  check(ScheduleKind::interleaved, {8, 2, 32}, [](int i) { return (2 * (7 - i) + 8 + 1) / 2.0; });
  check(ScheduleKind::interleaved, {8, 4, 32}, [](int i) { return (2 * (7 - i) + 3 * 8 + 1) / 4.0; });
  check(ScheduleKind::zb_h1, {8, 1, 32}, [](int) { return 8; });
  check(ScheduleKind::zb_v, {8, 2, 32}, [](int) { return 8; });
  check(ScheduleKind::dualpipe, {8, 2, 32}, [](int) { return 9; });
}

TEST_CASE("both ranks that hold a stage of DualPipe have its weights") {
  for (const auto& stage : memories(ScheduleKind::dualpipe, {4, 2, 8})) {
    CHECK(stage.parameters == 2e6);
    CHECK(stage.blocks == 2);
  }
  for (const auto& stage : memories(ScheduleKind::one_f_one_b, {4, 1, 8})) CHECK(stage.parameters == 1e6);
}
