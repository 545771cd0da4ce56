#include "parallel/program.hpp"

#include "compute/roofline.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

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
  stack.input_examples_per_second_per_node = {{"text", 100}};
  stack.step_overhead_seconds = 0.5;
  stack.step_overhead_per_doubling_seconds = 0.25;
  return stack;
}

parallel::StepProgram compile(const catalog::Stack& stack, int64_t passes = 1, int ranks = 4) {
  parallel::Plan plan;
  plan.ranks = ranks;
  plan.ranks_per_node = ranks;
  plan.local_batch = 8;
  plan.micro_batch = 8 / passes;
  plan.accumulation_steps = passes;
  catalog::Training training;
  training.optimizer = "adam";
  training.input = "text";
  return parallel::compile_step(graph(), plan, training, machine(), stack);
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
  CHECK(seconds(program, Activity::backward) == Approx(4 * 12));
  CHECK(program.bucket_bytes == std::vector<double>{20e6, 4e6});
}

TEST_CASE("a lone rank reduces nothing") { CHECK(compile(stack(true, 1e6), 1, 1).bucket_bytes.empty()); }

TEST_CASE("a stack without a rate for the input is refused") {
  auto lacking = stack(true, 1e6);
  lacking.input_examples_per_second_per_node.clear();
  lacking.name = "era";
  CHECK_THROWS_WITH(compile(lacking),
                    "training.input: text: stack era has no input rate for it\n"
                    "  way out: add it to the stack's input_examples_per_second_per_node, or take another --stack");
}
