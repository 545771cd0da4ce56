#include "compute/jitter.hpp"
#include "parallel/compile.hpp"
#include "parallel/memory.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

using namespace podsim;
using parallel::Activity;

namespace {

/// Two layers of 1 M parameters, 1 s forward and 2 s backward each at 1 GB/s. The first knows its input and has an
/// attention core.
workload::Graph two_layers() {
  workload::Graph graph;
  for (const bool first : {true, false}) {
    const workload::Operation forward{.name = "f", .bytes = 1e9, .attention_core = first};
    const workload::Operation backward{.name = "b", .bytes = 2e9};
    graph.layers.push_back(
        {.name = "layer", .parameters = 1e6, .forward = {forward}, .backward = {backward}, .saved_bytes = 0});
    if (first) graph.layers.back().input_bytes = 1;
  }
  return graph;
}

/// What a step is made of; one thing is changed in each test.
struct Ingredients {
  workload::Graph graph = two_layers();
  catalog::Platform platform = tests::torus_machine({4}, {{4}});
  catalog::Training training;
  catalog::Stack stack;
  parallel::Plan plan;

  Ingredients() {
    platform.chip.memory_bytes_per_second = 1e9;
    stack.gradients.bucket_bytes = 1e9;
    stack.update.bytes_per_parameter = {{catalog::Optimizer::adam, 28}};
    stack.input.per_node = {{catalog::Input::text, 100}};
    plan.ranks = plan.ranks_per_node = 4;
    plan.degrees.data = 4;
    plan.batch = {.global = 32, .local = 8, .micro = 8, .passes = 1};
  }

  parallel::StepProgram step() const {
    return parallel::compile_step(graph, plan, plan.batch, training, platform, stack);
  }
  double seconds(Activity activity) const { return parallel::work_seconds(step(), step().kinds.front(), activity); }
};

int64_t statistics_in(const parallel::StepProgram& program) {
  return std::count_if(program.messages.begin(), program.messages.end(),
                       [](const auto& message) { return message.traffic == parallel::Traffic::statistics; });
}

double norm(double device, double host) { return std::pow(std::pow(device, 4) + std::pow(host, 4), 0.25); }

}  // namespace

TEST_CASE("the slowest of the ranks is late by its share of all passes") {
  Ingredients of;
  of.plan.batch.micro = 2;
  of.plan.batch.passes = 4;
  of.stack.jitter = {.short_steps = 0.1, .long_steps = 0.1, .knee_seconds = 1};
  const double busy = 4 * (2 + 4) + 28 * 2e-3;
  CHECK(of.seconds(Activity::overhead) == Approx(0.1 * busy * compute::expected_maximum(4)));
}

TEST_CASE("the host starts what is computed again once more") {
  Ingredients of;
  of.plan.recompute = catalog::Recompute::full;
  of.stack.host = {.launch_seconds = 1, .forward_per_operation = 3, .backward_per_operation = 2, .per_collective = 0};
  // Backward: two operations of 2 s and one of 1 s again; two launches each and three.
  CHECK(of.seconds(Activity::backward) == Approx(norm(5, 2 * 2 + 3)));
  of.plan.recompute = catalog::Recompute::none;
  CHECK(of.seconds(Activity::backward) == Approx(norm(4, 2 * 2)));
}

TEST_CASE("input decoded on the chips goes at the rate of the node's chips, not of its ranks") {
  Ingredients of;
  of.platform.chip.ranks = 2;
  of.stack.input.per_node.clear();
  of.stack.input.per_chip = {{catalog::Input::text, 10}};
  CHECK(of.step().input_seconds == Approx(32.0 / 20));
}

TEST_CASE("the host starts the statistics of a layer, those of each half in it") {
  Ingredients of;
  of.graph.layers[0].synchronisation = {.bytes = 64, .forward = 2, .backward = 3};
  of.stack.host = {.launch_seconds = 1, .forward_per_operation = 0, .backward_per_operation = 0, .per_collective = 2};
  CHECK(of.seconds(Activity::forward) == Approx(norm(2, 2 * 2)));
  CHECK(of.seconds(Activity::backward) == Approx(norm(4, 2 * (1 + 3))));  // and one bucket
}

TEST_CASE("statistics are reduced in the last pass alone, whenever the weights come") {
  Ingredients of;
  of.graph.layers[0].synchronisation = {.bytes = 64, .forward = 2, .backward = 1};
  of.plan.batch.micro = 2;
  of.plan.batch.passes = 4;
  of.plan.update_shards = 4;
  CHECK(statistics_in(of.step()) == 3);
  of.stack.update.gather = catalog::WeightGather::under_forward;
  CHECK(statistics_in(of.step()) == 3);
}

TEST_CASE("ranks that share the optimiser move their share of its bytes") {
  Ingredients of;
  of.plan.update_shards = 4;
  const auto program = of.step();
  const auto update = std::find_if(program.operations.begin(), program.operations.end(),
                                   [](const auto& operation) { return operation.activity == Activity::optimizer; });
  CHECK(update->bytes == Approx(28 * 2e6 / 4));
  CHECK(update->seconds == Approx(28 * 2e-3 / 4));
}

TEST_CASE("full recomputation keeps the input of every layer, and of one at a time what it computes again") {
  Ingredients of;
  for (workload::Layer& layer : of.graph.layers) layer.input_bytes = 1e9;
  of.graph.layers[0].saved_bytes = 4e9;
  of.graph.layers[1].saved_bytes = 6e9;
  of.plan.recompute = catalog::Recompute::full;
  const auto need = parallel::memory_need(of.graph, of.plan, catalog::Optimizer::adam, of.platform.chip, of.stack);
  CHECK(need.activations_bytes == Approx((1 + 1 + 5) * 1e9));
}

TEST_CASE("master weights are shared with the optimiser's states") {
  Ingredients of;
  of.stack.formats.master_weights = true;
  const auto bytes = [&] {
    return parallel::memory_need(of.graph, of.plan, catalog::Optimizer::adam, of.platform.chip, of.stack)
        .optimizer_bytes;
  };
  CHECK(bytes() == Approx(12 * 2e6));
  of.plan.update_shards = 4;
  CHECK(bytes() == Approx(3 * 2e6));
}
