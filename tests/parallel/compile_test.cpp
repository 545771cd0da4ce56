#include "parallel/compile.hpp"

#include "compute/roofline.hpp"
#include "support/machines.hpp"

#include <fmt/format.h>
#include <catch2/catch.hpp>

#include <cmath>
#include <string>
#include <vector>

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
  stack.gradients.overlap = overlap;
  stack.gradients.bucket_bytes = bucket_bytes;
  stack.update.bytes_per_parameter = {{catalog::Optimizer::adam, 28}};
  stack.input.per_node = {{catalog::Input::text, 100}};
  stack.gradients.accumulation_bytes_per_parameter = 10;
  stack.host.step_seconds = 0.5;
  stack.host.step_per_doubling_seconds = 0.25;
  return stack;
}

parallel::Plan plan_of(int64_t passes, int ranks) {
  parallel::Plan plan;
  plan.ranks = ranks;
  plan.ranks_per_node = ranks;
  plan.degrees.data = ranks;
  plan.batch = {.global = 8 * ranks, .local = 8, .micro = 8 / passes, .passes = passes};
  return plan;
}

parallel::StepProgram compile(const catalog::Stack& stack, const workload::Graph& graph, const parallel::Plan& plan) {
  catalog::Training training;
  training.optimizer = catalog::Optimizer::adam;
  training.input = catalog::Input::text;
  return parallel::compile_step(graph, plan, plan.batch, training, machine(), stack);
}

parallel::StepProgram compile(const catalog::Stack& stack, int64_t passes = 1, int ranks = 4) {
  return compile(stack, graph(), plan_of(passes, ranks));
}

double seconds(const parallel::StepProgram& program, Activity activity) {
  return parallel::work_seconds(program, program.kinds.front(), activity);
}

std::vector<double> bytes_of(const parallel::StepProgram& program) {
  std::vector<double> bytes;
  for (const auto& message : program.messages) bytes.push_back(message.bytes);
  return bytes;
}

std::string letter(Activity activity) {
  switch (activity) {
    case Activity::overhead: return "host";
    case Activity::forward: return "forward";
    case Activity::backward: return "backward";
    case Activity::optimizer: return "update";
  }
  return "";
}

/// "host 1 forward 6 backward 12 start0 await0 update 0.168"
std::string code_of(const parallel::StepProgram& program) {
  std::string text;
  std::vector<parallel::Instruction> instructions;
  parallel::each_instruction(program, program.kinds.front(), [&](const auto& instruction, int64_t times) {
    CHECK(times == 1);
    instructions.push_back(instruction);
  });
  for (const auto& instruction : instructions) {
    if (!text.empty()) text += " ";
    if (const auto* work = std::get_if<parallel::Work>(&instruction)) {
      text += fmt::format("{} {:.4g}", letter(work->activity), work->seconds);
    } else if (const auto* start = std::get_if<parallel::Start>(&instruction)) {
      text += fmt::format("start{}", start->message);
    } else {
      const auto& await = std::get<parallel::Await>(instruction);
      text += fmt::format("await{}{}", await.message, await.of_last_step ? "before" : "");
    }
  }
  return text;
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
  CHECK(code_of(program) == "host 1 forward 6 backward 12 start0 start1 start2 await2 update 0.168");
  CHECK(bytes_of(program) == std::vector<double>{12e6, 8e6, 4e6});
}

TEST_CASE("with overlap a bucket leaves with the layer that fills it, the last layer first") {
  const auto program = compile(stack(true, 20e6));
  CHECK(bytes_of(program) == std::vector<double>{20e6, 4e6});
  // backward of layers 3 and 2, then of layer 1
  CHECK(code_of(program) == "host 1 forward 6 backward 10 start0 backward 2 start1 await1 update 0.168");
}

TEST_CASE("passes before the last only compute") {
  const auto program = compile(stack(true, 20e6), 4);
  CHECK(seconds(program, Activity::forward) == Approx(4 * 6));
  CHECK(seconds(program, Activity::backward) == Approx(4 * (12 + 10 * 6e-3)));  // ten bytes a parameter
  CHECK(bytes_of(program) == std::vector<double>{20e6, 4e6});
}

TEST_CASE("a lone rank reduces nothing") { CHECK(compile(stack(true, 1e6), 1, 1).messages.empty()); }

TEST_CASE("input of which the stack gives no limit takes no time") {
  auto lacking = stack(true, 1e6);
  lacking.input.per_node.clear();
  CHECK(compile(lacking).input_seconds == 0);
}

TEST_CASE("a slow host stretches forward and backward each for itself") {
  auto slow = stack(false, 1e9);
  slow.host = {.launch_seconds = 2, .forward_per_operation = 1, .backward_per_operation = 3, .per_collective = 0};
  const auto program = compile(slow);
  CHECK(seconds(program, Activity::forward) == Approx(std::pow(2 * std::pow(6, 4), 0.25)));  // three launches: 6 s
  CHECK(seconds(program, Activity::backward) == Approx(std::pow(std::pow(12, 4) + std::pow(18, 4), 0.25)));
}

TEST_CASE("the host also starts the collectives, in the last pass only") {
  auto slow = stack(true, 1e6);
  slow.host = {.launch_seconds = 1, .forward_per_operation = 0, .backward_per_operation = 0, .per_collective = 100};
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
  CHECK(code_of(program) ==
        fmt::format("host 0.75 forward 6 backward 10 start0 backward 2 host {:.4g} start1 await1 update 0.168", late));
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

TEST_CASE("a shared optimiser updates a rank's part of the weights, then gathers the new ones") {
  auto plan = plan_of(1, 4);
  plan.update_shards = 4;
  auto halved = stack(false, 1e6);
  halved.formats.weight = catalog::NumberFormat::bf16;
  const auto program = compile(halved, graph(), plan);
  // Each bucket is message 2 i, its weights, in half the bytes, message 2 i + 1; the first layers' weights go first.
  CHECK(code_of(program) ==
        "host 1 forward 6 backward 12 start0 start2 start4 await4 update 0.042 start5 start3 start1 await1");
  CHECK(bytes_of(program) == std::vector<double>{12e6, 6e6, 8e6, 4e6, 4e6, 2e6});
  for (size_t i = 0; i < program.messages.size(); ++i) {
    CHECK(program.messages[i].operation ==
          (i % 2 == 0 ? collective::Operation::reduce_scatter : collective::Operation::all_gather));
  }
}

TEST_CASE("new weights come under the next forward pass where the stack gathers them so") {
  auto plan = plan_of(1, 4);
  plan.update_shards = 4;
  auto under = stack(false, 20e6);
  under.update.gather = catalog::WeightGather::under_forward;
  // The first bucket has layers 3 and 2, the second layer 1.
  CHECK(code_of(compile(under, graph(), plan)) ==
        "host 1 await3before forward 1 await1before forward 5 backward 12 start0 start2 await2 update 0.042 start3 "
        "start1");
  under.gradients.accumulation_bytes_per_parameter = 0;
  auto three = plan_of(4, 4);
  three.update_shards = 4;
  CHECK(code_of(compile(under, graph(), three)) ==
        "host 1 await3before forward 1 await1before forward 5 backward 12 forward 12 backward 24 forward 6 "
        "backward 12 start0 start2 await2 update 0.042 start3 start1");
}

TEST_CASE("a network that is updated twice a step sends its gradients, and gathers its weights, twice") {
  auto twice = graph();
  twice.layers[2].updates = 2;
  auto plan = plan_of(1, 4);
  CHECK(bytes_of(compile(stack(true, 1e6), twice, plan)) == std::vector<double>{24e6, 8e6, 4e6});
  plan.update_shards = 4;
  CHECK(bytes_of(compile(stack(true, 1e6), twice, plan)) == std::vector<double>{24e6, 24e6, 8e6, 8e6, 4e6, 4e6});
}

TEST_CASE("casts of weights and gradients move with each pass") {
  auto casting = stack(false, 1e9);
  casting.gradients.pass_bytes_per_parameter = 12;
  CHECK(seconds(compile(casting), Activity::backward) == Approx(12 + 12 * 6e-3));
  CHECK(seconds(compile(casting, 2), Activity::backward) == Approx(2 * (12 + 22 * 6e-3)));
}

TEST_CASE("a phase with three times the batch waits for three times the input") {
  catalog::Training training;
  training.optimizer = catalog::Optimizer::adam;
  training.input = catalog::Input::text;
  const parallel::Plan plan = plan_of(2, 4);
  const auto program = parallel::compile_step(graph(), plan, plan.batch_of({.name = "long", .batch_factor = 3}),
                                              training, machine(), stack(true, 1));
  CHECK(program.input_seconds == Approx(3 * 8 * 4 / 100.0));  // examples of four ranks at 100 a second
}

TEST_CASE("the input goes at the least of its rates") {
  auto fed = stack(false, 1e9);
  fed.input.per_chip = {{catalog::Input::text, 10}};        // 40 on a node of four
  fed.input.per_host_core = {{catalog::Input::text, 0.1}};  // the machine does not say how many cores it has
  CHECK(compile(fed).input_seconds == Approx(32.0 / 40));
}

TEST_CASE("statistics over all ranks hold up what comes after them, each in its pass") {
  auto synchronised = graph();
  synchronised.layers[1].synchronisation = {.bytes = 64, .forward = 2, .backward = 1};
  const auto program = compile(stack(false, 1e9), synchronised, plan_of(1, 4));
  // The gradients are message 0. Forward to the second layer and its two all-reduces, the third layer; back to the
  // second layer and its all-reduce, the first layer and the gradients, the update.
  CHECK(code_of(program) ==
        "host 1 forward 3 start1 await1 start2 await2 forward 3 backward 10 start3 await3 backward 2 "
        "start0 await0 update 0.168");
  CHECK(bytes_of(program) == std::vector<double>{24e6, 64, 64, 64});
  CHECK(compile(stack(false, 1e9), synchronised, plan_of(1, 1)).messages.empty());
}
