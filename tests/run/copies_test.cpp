#include "catalog/lookup/catalog.hpp"
#include "platform/impossible.hpp"
#include "run/bound.hpp"
#include "run/layout.hpp"
#include "run/traffic.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>

using namespace podsim;
using collective::Operation;
using parallel::PlanChoice;
using parallel::Traffic;

namespace {

/// Micro-batches of one sequence on A100s, one a step where the choice says no batch.
run::RunRequest request_of_copies(const std::string& workload, int64_t chips, PlanChoice choice) {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = shipped.workload(workload).value;
  request.platform = shipped.platform("dgx-a100").value;
  request.stack = shipped.stack("megatron").value;
  request.chips = chips;
  choice.micro_batch = 1;
  if (!choice.global_batch) choice.global_batch = chips / choice.tensor.value_or(1) / choice.pipeline.value_or(1);
  request.plan = choice;
  return request;
}

/// All-reduces of this size that a rank of the first stage starts in a step.
int64_t sums_of_copies(const run::Layout& layout, double bytes) {
  return tests::sent_of(layout.programs.front(), layout.plan, {Traffic::tensor, Operation::all_reduce, bytes}).count;
}

}  // namespace

TEST_CASE("ranks that have the same heads of keys and values sum their gradients") {
  // Llama 2 70B: 8 heads of 128 in 80 blocks, 8,192 wide. Of 16 tensor ranks two have the same head of each.
  const double parameters = 80 * 2 * 8192.0 * 128;
  const auto bytes = [&](const run::RunRequest& asked) {
    return parameters * catalog::bytes_of(asked.stack.formats.gradient);
  };
  const run::RunRequest sixteen = request_of_copies("llama-2-70b", 16, {.tensor = 16});
  CHECK(sums_of_copies(run::lay_out(sixteen), bytes(sixteen)) == 1);
  CHECK(run::lay_out(sixteen).plan.key_copies == 2);
  CHECK(run::lay_out(request_of_copies("llama-2-70b", 16, {.tensor = 8})).plan.key_copies == 1);
  // Half of them on each of two stages; where two replicas share gradients, half of those.
  const run::RunRequest stages = request_of_copies("llama-2-70b", 64, {.zero = 2, .tensor = 16, .pipeline = 2});
  CHECK(sums_of_copies(run::lay_out(stages), bytes(stages) / 4) == 1);
}

TEST_CASE("a phase with three times the batch is a step of three times the batch, its micro-batch as large") {
  for (const int64_t pipeline : {1, 4}) {
    CAPTURE(pipeline);
    const PlanChoice choice{.global_batch = 64, .tensor = 2, .pipeline = pipeline};
    run::RunRequest phases = request_of_copies("llama-2-7b", 8, choice);
    auto& recipe = phases.workload.training.phases;
    recipe.push_back(recipe.front());
    for (auto& phase : recipe) phase.share_of_steps = 0.5;
    recipe.back().batch_factor = 3;
    run::RunRequest alone = request_of_copies("llama-2-7b", 8, choice);
    alone.plan.global_batch = 3 * 64;
    const run::Layout both = run::lay_out(phases);
    const run::Layout one = run::lay_out(alone);
    CHECK(both.programs[1].kinds == one.programs[0].kinds);
    CHECK(both.programs[1].blocks == one.programs[0].blocks);
    CHECK(both.programs[1].input_seconds == one.programs[0].input_seconds);
    CHECK(both.needs[1].total_bytes() == one.needs[0].total_bytes());
    CHECK(both.flops[1].model == Approx(one.flops[0].model).epsilon(1e-12));
    CHECK(both.flops[1].model == Approx(3 * both.flops[0].model).epsilon(1e-12));
  }
}

TEST_CASE("copies of sharded states are summed bucket by bucket under the backward pass") {
  for (const int64_t zero : {1, 3}) {
    CAPTURE(zero);
    run::RunRequest asked = request_of_copies("llama-2-7b", 16, {.zero = zero, .hybrid_shard = 8});
    asked.stack.gradients.overlap = true;
    const run::Layout layout = run::lay_out(asked);
    const parallel::StepProgram& program = layout.programs.front();
    int sums = 0;
    int sums_before_last_work = 0;
    double bytes = 0;
    parallel::each_instruction(program, program.kinds.front(), [&](const auto& code, int64_t) {
      if (const auto* work = std::get_if<parallel::Work>(&code)) {
        if (work->activity == parallel::Activity::backward) sums_before_last_work = sums;
      }
      const auto* start = std::get_if<parallel::Start>(&code);
      if (start == nullptr) return;
      const auto& message = program.messages[static_cast<size_t>(start->message)];
      if (message.traffic != Traffic::gradients || message.operation != Operation::all_reduce) return;
      ++sums;
      bytes += message.bytes;
    });
    CHECK(sums > 4);
    CHECK(sums_before_last_work >= sums - 2);
    CHECK(bytes == Approx(layout.parameters * catalog::bytes_of(asked.stack.formats.gradient) / 8));
  }
}

TEST_CASE("the bound of an update counts experts as shared among all that have them") {
  run::RunRequest asked =
      request_of_copies("mixtral-8x7b", 64, {.zero = 1, .pipeline = 1, .expert = 8, .hybrid_shard = 2});
  asked.workload.training.phases.front().sequence_length = 8;
  auto& boxes = std::get<catalog::SwitchedBoxes>(asked.platform.interconnect);
  boxes.chip_bytes_per_second *= 1e6;
  boxes.network.card_bytes_per_second *= 1e6;
  const run::Layout layout = run::lay_out(asked);
  const workload::Graph& graph = layout.graphs.front();
  const catalog::NumberFormats& formats = asked.stack.formats;
  const double each = catalog::bytes_of(formats.weight) + catalog::bytes_of(formats.gradient);
  // Two ranks share all but the experts, which 64 / 8 ranks have.
  const double bytes = each * (graph.parameters() / 2 + graph.expert_parameters() / 8) + layout.memory.optimizer_bytes;
  CHECK(run::step_bound_seconds(asked, layout, 0) <= bytes / asked.platform.chip.memory_bytes_per_second);
}

TEST_CASE("what would help is told once, options that suffice first") {
  run::RunRequest asked =
      request_of_copies("llama-2-70b", 64, {.global_batch = 64, .zero = 1, .tensor = 4, .pipeline = 1});
  const auto remedies = run::lay_out(asked).memory.remedies;
  REQUIRE(remedies.size() >= 2);
  CHECK(std::set<std::string>(remedies.begin(), remedies.end()).size() == remedies.size());
  const auto alone = std::find_if(remedies.begin(), remedies.end(),
                                  [](const std::string& text) { return text.starts_with("--recompute full:"); });
  if (alone == remedies.end()) return;
  CHECK(alone == remedies.begin());
  for (const std::string& text : remedies) CHECK_FALSE(text.starts_with("--recompute full --"));
}

TEST_CASE("groups that do not lie alike are told by the degrees that make them") {
  run::RunRequest asked = request_of_copies("opt-175b", 24, {.zero = 3, .tensor = 6, .hybrid_shard = 2});
  try {
    run::lay_out(asked);
    FAIL("is possible");
  } catch (const platform::Impossible& impossible) {
    CHECK(std::string(impossible.what()) ==
          "--tp 6 --hybrid-shard 2: of the groups of 2 ranks, each 6 behind the one before: 2 ranks at a distance of 6 "
          "do not lie alike on all 3 nodes of 8 chips\n"
          "  way out: take degrees whose groups divide a node or are whole nodes, on a torus products of its axes");
  }
}
