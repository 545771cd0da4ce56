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
  stack.formats.weight = catalog::NumberFormat::fp16;
  stack.formats.gradient = catalog::NumberFormat::fp16;
  stack.formats.master_weights = true;
  parallel::Plan plan;
  plan.batch.local = 8;
  plan.batch.micro = micro_batch;
  return parallel::memory_need(graph, plan, catalog::Optimizer::adam, chip, stack);
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
  CHECK(need(30e9, 8).remedies ==  // 15 GB a rank: 2 + 2 + 12, and 4 of the 12 are the master weights
        std::vector<std::string>{"--set workload.training.optimizer=adafactor",
                                 "or a chip with more memory: as it is, not even one example a rank fits"});
  CHECK(need(15e9, 8).remedies ==
        std::vector<std::string>{"not even one example a rank fits: a chip with more memory"});
}

namespace {

/// Two layers of 4 and 6 GB kept, of which 1 and 2 are the attention core; the second can be computed from 1 GB.
parallel::MemoryNeed need_again(catalog::Recompute recompute, int shards = 1, double chip_bytes = 20e9) {
  workload::Graph graph;
  graph.layers.resize(2);
  graph.layers[0].parameters = 1e9;
  graph.layers[0].saved_bytes = 4e9;
  graph.layers[0].core_saved_bytes = 1e9;
  graph.layers[1].saved_bytes = 6e9;
  graph.layers[1].core_saved_bytes = 2e9;
  graph.layers[1].input_bytes = 1e9;
  catalog::Chip chip;
  chip.memory_bytes = chip_bytes;
  parallel::Plan plan;
  plan.ranks = 4;
  plan.degrees.data = 4;
  plan.batch.local = plan.batch.micro = 1;
  plan.recompute = recompute;
  plan.update_shards = shards;
  return parallel::memory_need(graph, plan, catalog::Optimizer::adam, chip, catalog::Stack{});
}

}  // namespace

TEST_CASE("recomputation keeps less, and once the most that a layer computes again") {
  using catalog::Recompute;
  CHECK(need_again(Recompute::none).activations_bytes == 10e9);
  CHECK(need_again(Recompute::selective).activations_bytes == 10e9 - 3e9 + 2e9);
  CHECK(need_again(Recompute::full).activations_bytes == (10e9 - 1e9 - 5e9) + 5e9);
}

TEST_CASE("ranks share the optimiser's states, and only these") {
  const auto whole = need_again(catalog::Recompute::none);
  const auto shared = need_again(catalog::Recompute::none, 4);
  CHECK(shared.optimizer_bytes == whole.optimizer_bytes / 4);
  CHECK(shared.weights_bytes == whole.weights_bytes);
  CHECK(shared.gradients_bytes == whole.gradients_bytes);
}

TEST_CASE("sharing and recomputation are named where they would make it fit") {
  const auto memory = need_again(catalog::Recompute::none);  // 26 GB on 20
  CHECK(memory.shortfall_bytes() == 6e9);
  CHECK(memory.remedies ==
        std::vector<std::string>{"--zero 1: the ranks share the optimizer states",  // saves 6 of 8 GB
                                 "or a chip with more memory: as it is, not even one example a rank fits"});
}

TEST_CASE("where no single option makes it fit, the combinations that do are named") {
  // One example takes 4 + 4 GB of weights and gradients, 8 of states and 10 of activations, or 9 computed again.
  const auto memory = need_again(catalog::Recompute::none, 1, 19e9);
  CHECK(memory.shortfall_bytes() == 7e9);
  CHECK(memory.remedies ==
        std::vector<std::string>{"--zero 1 --recompute full",                    // 19 GB
                                 "--set workload.training.optimizer=adafactor",  // 18 GB
                                 "or a chip with more memory: as it is, not even one example a rank fits"});
  CHECK(need_again(catalog::Recompute::none, 1, 17.5e9).remedies ==
        std::vector<std::string>{"--set workload.training.optimizer=adafactor --recompute full",  // 17 GB
                                 "or a chip with more memory: as it is, not even one example a rank fits"});
  CHECK(need_again(catalog::Recompute::none, 1, 16e9).remedies ==
        std::vector<std::string>{"not even one example a rank fits: a chip with more memory"});
}
