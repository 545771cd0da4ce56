#include "parallel/memory.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

namespace {

/// 1 G parameters, 2 GB of activations for each pass of 8 examples; a chip of two ranks.
parallel::MemoryNeed need(double chip_bytes, int64_t micro_batch) {
  workload::Graph graph;
  graph.layers = {{.name = "all",
                   .parameters = 1e9,
                   .forward = {},
                   .backward = {},
                   .saved_bytes = 0.25e9 * static_cast<double>(micro_batch)}};
  catalog::Chip chip;
  chip.memory_bytes = chip_bytes;
  chip.ranks = 2;
  catalog::Stack stack;
  stack.weight_format = catalog::NumberFormat::fp16;
  stack.gradient_format = catalog::NumberFormat::fp16;
  stack.master_weights = true;
  parallel::Plan plan;
  plan.local_batch = 8;
  plan.micro_batch = micro_batch;
  return parallel::memory_need(graph, plan, "adam", chip, stack);
}

}  // namespace

TEST_CASE("memory of a rank on paper") {
  const auto memory = need(64e9, 8);
  CHECK(memory.capacity_bytes == 32e9);
  CHECK(memory.weights_bytes == 2e9);
  CHECK(memory.gradients_bytes == 2e9);
  CHECK(memory.optimizer_bytes == 12e9);  // fp32 master, two moments
  CHECK(memory.activations_bytes == 2e9);
  CHECK(memory.total_bytes() == 18e9);
  CHECK(memory.fits());
  CHECK(memory.shortfall_bytes() == 0);
  CHECK(memory.remedies.empty());
}

TEST_CASE("what does not fit names its shortfall and what would help") {
  const auto memory = need(34.6e9, 8);  // 17.3 GB a rank: room for 1.3 GB of activations, five examples
  CHECK_FALSE(memory.fits());
  CHECK(memory.shortfall_bytes() == Approx(0.7e9));
  CHECK(memory.remedies == std::vector<std::string>{"--micro-batch 4: 2 passes a step, gradients accumulated",
                                                    "more chips or a smaller --batch: at most 5 examples a rank fit"});
}

TEST_CASE("where the states alone do not fit no micro-batch helps") {
  CHECK(need(30e9, 8).remedies ==
        std::vector<std::string>{
            "not even one example a rank fits: a chip with more memory, or states sharded over ranks"});
}
