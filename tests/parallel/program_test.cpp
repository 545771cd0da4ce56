#include "parallel/program.hpp"

#include "compute/roofline.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace podsim;
using parallel::Activity;

namespace {

/// Three layers of 1, 2 and 3 M parameters with one memory operation each way, 1 s per GB.
workload::Graph graph() {
  workload::Graph graph;
  for (const double number : {1.0, 2.0, 3.0}) {
    workload::Operation forward{.name = "f", .bytes = number * 1e9};
    workload::Operation backward{.name = "b", .bytes = 2 * number * 1e9};
    graph.layers.push_back(
        {.name = "layer", .parameters = number * 1e6, .forward = {forward}, .backward = {backward}, .saved_bytes = 0});
  }
  return graph;
}

catalog::Platform machine() {
  auto machine = tests::torus_machine({4}, {{4}});
  machine.chip.memory_bytes_per_second = 1e9;
  return machine;
}

catalog::Stack stack(bool overlap, double bucket_bytes) {
  catalog::Stack stack;
  stack.overlap = overlap;
  stack.bucket_bytes = bucket_bytes;
  stack.optimizer_bytes_per_parameter = {{"adam", 28}};
  stack.input.per_node = {{"text", 100}};
  stack.accumulation_bytes_per_parameter = 10;
  stack.step_overhead_seconds = 0.5;
  stack.step_overhead_per_doubling_seconds = 0.25;
  return stack;
}

parallel::Plan plan_of(int64_t passes, int ranks) {
  parallel::Plan plan;
  plan.ranks = ranks;
  plan.ranks_per_node = ranks;
  plan.batch = {.global = 8 * ranks, .local = 8, .micro = 8 / passes, .passes = passes};
  return plan;
}

parallel::StepProgram compile(const catalog::Stack& stack, const workload::Graph& graph, const parallel::Plan& plan) {
  catalog::Training training;
  training.optimizer = "adam";
  training.input = "text";
  return parallel::compile_step(graph, plan, plan.batch, training, machine(), stack);
}

parallel::StepProgram compile(const catalog::Stack& stack, int64_t passes = 1, int ranks = 4) {
  return compile(stack, graph(), plan_of(passes, ranks));
}

double seconds(const parallel::StepProgram& program, Activity activity) {
  double sum = 0;
  for (const auto& segment : program.segments) {
    if (segment.activity == activity) sum += segment.seconds;
  }
  return sum;
}

}  // namespace

TEST_CASE("a step on paper: host, forward, backward, update") {
  const auto program = compile(stack(false, 1e9));
  CHECK(seconds(program, Activity::overhead) == Approx(0.5 + 2 * 0.25));  // two doublings to four chips
  CHECK(seconds(program, Activity::forward) == Approx(6));
  CHECK(seconds(program, Activity::backward) == Approx(12));
  CHECK(seconds(program, Activity::optimizer) == Approx(0.168));  // 6 M x 28 bytes
  CHECK(program.input_seconds == Approx(32.0 / 100));
}

TEST_CASE("without overlap all buckets leave when the backward pass ends") {
  const auto program = compile(stack(false, 1e6));
  REQUIRE(program.segments.size() == 4);
  CHECK(program.segments[2].posts == std::vector<int>{0, 1, 2});
  CHECK(program.bucket_bytes == std::vector<double>{12e6, 8e6, 4e6});
}

TEST_CASE("with overlap a bucket leaves with the layer that fills it, the last layer first") {
  const auto program = compile(stack(true, 20e6));
  CHECK(program.bucket_bytes == std::vector<double>{20e6, 4e6});
  REQUIRE(program.segments.size() == 5);
  CHECK(program.segments[2].seconds == Approx(10));  // backward of layers 3 and 2
  CHECK(program.segments[2].posts == std::vector<int>{0});
  CHECK(program.segments[3].seconds == Approx(2));
  CHECK(program.segments[3].posts == std::vector<int>{1});
}

TEST_CASE("passes before the last only compute") {
  const auto program = compile(stack(true, 20e6), 4);
  CHECK(seconds(program, Activity::forward) == Approx(4 * 6));
  CHECK(seconds(program, Activity::backward) == Approx(4 * (12 + 10 * 6e-3)));  // ten bytes a parameter
  CHECK(program.bucket_bytes == std::vector<double>{20e6, 4e6});
}

TEST_CASE("a lone rank reduces nothing") { CHECK(compile(stack(true, 1e6), 1, 1).bucket_bytes.empty()); }

TEST_CASE("a stack without a rate for the input is refused") {
  auto lacking = stack(true, 1e6);
  lacking.input.per_node.clear();
  lacking.name = "era";
  CHECK_THROWS_WITH(compile(lacking),
                    "training.input: text: stack era has no input rate for it\n"
                    "  way out: add it to the stack's input_examples_per_second_per_node, or take another --stack");
}

TEST_CASE("a slow host stretches forward and backward each for itself") {
  auto slow = stack(false, 1e9);
  slow.host = {.seconds = 2, .forward_per_operation = 1, .backward_per_operation = 3, .per_collective = 0};
  const auto program = compile(slow);
  CHECK(seconds(program, Activity::forward) == Approx(std::pow(2 * std::pow(6, 4), 0.25)));  // three launches: 6 s
  CHECK(seconds(program, Activity::backward) == Approx(std::pow(std::pow(12, 4) + std::pow(18, 4), 0.25)));
  CHECK(program.segments[1].seconds == Approx(seconds(program, Activity::forward)));
}

TEST_CASE("the host also starts the collectives, in the last pass only") {
  auto slow = stack(true, 1e6);
  slow.host = {.seconds = 1, .forward_per_operation = 0, .backward_per_operation = 0, .per_collective = 100};
  CHECK(seconds(compile(slow), Activity::backward) == Approx(std::pow(std::pow(12, 4) + std::pow(300, 4), 0.25)));
  const double accumulation = 10 * 6e-3;
  CHECK(seconds(compile(slow, 2), Activity::backward) ==
        Approx(12 + accumulation + std::pow(std::pow(12 + accumulation, 4) + std::pow(300, 4), 0.25)));
}

TEST_CASE("the slowest of the ranks is late with its last bucket") {
  auto uneven = stack(true, 20e6);
  uneven.jitter = {.short_steps = 0.1, .long_steps = 0.1, .knee_seconds = 1};
  const auto program = compile(uneven, 1, 2);
  const double busy = 6 + 12 + 0.168;
  const double late = 0.1 * busy / std::sqrt(std::acos(-1));  // the larger of two normal numbers is 1/sqrt(pi)
  CHECK(seconds(program, Activity::overhead) == Approx(0.5 + 0.25 + late));
  REQUIRE(program.segments.size() == 6);
  CHECK(program.segments[2].posts == std::vector<int>{0});
  CHECK(program.segments[3].posts.empty());
  CHECK(program.segments[4].activity == Activity::overhead);
  CHECK(program.segments[4].posts == std::vector<int>{1});
}

TEST_CASE("a lone rank waits for no other") {
  auto uneven = stack(true, 1e6);
  uneven.jitter = {.short_steps = 0.1, .long_steps = 0.1, .knee_seconds = 1};
  CHECK(seconds(compile(uneven, 1, 1), Activity::overhead) == Approx(0.5));
}

TEST_CASE("full recomputation adds the forward pass of the layers that know their input") {
  auto repeated = graph();
  repeated.layers[1].input_bytes = 1;
  auto plan = plan_of(1, 4);
  plan.recompute = catalog::Recompute::full;
  CHECK(seconds(compile(stack(false, 1e9), repeated, plan), Activity::backward) == Approx(12 + 2));
}

TEST_CASE("selective recomputation adds the attention core only") {
  auto repeated = graph();
  repeated.layers[1].forward.push_back({.name = "core", .bytes = 0.5e9, .attention_core = true});
  auto plan = plan_of(1, 4);
  CHECK(seconds(compile(stack(false, 1e9), repeated, plan), Activity::backward) == Approx(12));
  plan.recompute = catalog::Recompute::selective;
  CHECK(seconds(compile(stack(false, 1e9), repeated, plan), Activity::backward) == Approx(12.5));
}

TEST_CASE("a shared optimiser updates a rank's part of the weights") {
  auto plan = plan_of(1, 4);
  plan.update_shards = 4;
  CHECK(seconds(compile(stack(false, 1e9), graph(), plan), Activity::optimizer) == Approx(0.168 / 4));
}

TEST_CASE("casts of weights and gradients move with each pass") {
  auto casting = stack(false, 1e9);
  casting.pass_bytes_per_parameter = 12;
  CHECK(seconds(compile(casting), Activity::backward) == Approx(12 + 12 * 6e-3));
  CHECK(seconds(compile(casting, 2), Activity::backward) == Approx(2 * (12 + 22 * 6e-3)));
}

TEST_CASE("a phase with three times the batch waits for three times the input") {
  catalog::Training training;
  training.optimizer = "adam";
  training.input = "text";
  const parallel::Plan plan = plan_of(2, 4);
  const auto program = parallel::compile_step(graph(), plan, plan.batch_of({.name = "long", .batch_factor = 3}),
                                              training, machine(), stack(true, 1));
  CHECK(program.input_seconds == Approx(3 * 8 * 4 / 100.0));  // examples of four ranks at 100 a second
}

TEST_CASE("the input goes at the least of its rates") {
  auto fed = stack(false, 1e9);
  fed.input.per_chip = {{"text", 10}};        // 40 on a node of four
  fed.input.per_host_core = {{"text", 0.1}};  // the machine does not say how many cores it has
  CHECK(compile(fed).input_seconds == Approx(32.0 / 40));
}

TEST_CASE("statistics over all ranks hold up what comes after them, each in its pass") {
  auto synchronised = graph();
  synchronised.layers[1].synchronisation = {.bytes = 64, .forward = 2, .backward = 1};
  const auto program = compile(stack(false, 1e9), synchronised, plan_of(1, 4));
  // host, forward to the second layer and its first all-reduce, its second, the third layer; back to the second
  // layer and its all-reduce, the first layer and the gradients, the update
  REQUIRE(program.segments.size() == 7);
  CHECK(program.segments[1].posts == std::vector<int>{0});
  CHECK(program.segments[1].seconds == Approx(1 + 2));
  CHECK(program.segments[2].waits);
  CHECK(program.segments[2].seconds == 0);
  CHECK(program.segments[2].posts == std::vector<int>{1});
  CHECK(program.segments[3].waits);
  CHECK(program.segments[3].seconds == Approx(3));
  CHECK(program.segments[4].posts == std::vector<int>{2});
  CHECK(program.segments[5].waits);
  CHECK(program.segments[5].posts == std::vector<int>{3});
  CHECK(program.bucket_bytes == std::vector<double>{64, 64, 64, 24e6});
  CHECK(compile(stack(false, 1e9), synchronised, plan_of(1, 1)).bucket_bytes.empty());
}
