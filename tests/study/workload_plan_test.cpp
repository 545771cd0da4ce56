#include "study/point/workload_plan.hpp"

#include "catalog/text/error.hpp"
#include "study/point/resolver.hpp"

#include <catch2/catch.hpp>

#include <memory>

using namespace podsim;
using parallel::PlanChoice;

namespace {

PlanChoice plan_of_text(const std::string& text) {
  const auto source = std::make_shared<const catalog::Source>(catalog::Source{"mine.yaml", text});
  const catalog::Document document = catalog::parse_document(source);
  return study::load_workload_plan(catalog::Field(*document.root.find("plan"), "plan"));
}

std::string plan_error(const std::string& text) {
  try {
    plan_of_text(text);
  } catch (const catalog::InputError& error) {
    return error.what();
  }
  return "";
}

/// A workload's plan beside what the user fixed, as options.
std::string joined(const PlanChoice& plan, PlanChoice choice) {
  study::add_workload_plan(plan, choice);
  return study::plan_in_force(choice, choice);
}

run::RunRequest resolved(study::RunSpec spec) {
  spec.workload = "gpt-3-175b";
  spec.platform = "dgx-a100";
  return study::resolve(catalog::Catalog({PODSIM_SOURCE_DIR}), spec).request;
}

const char* kGpt3 =
    "plan of the workload: --micro-batch 1 --recompute selective --tp 8 --sequence-parallel --pp 8 --schedule "
    "interleaved --virtual-stages 3";

}  // namespace

TEST_CASE("the plan of a workload has the keys of a plan, but for the batch") {
  const PlanChoice plan = plan_of_text("plan: {tp: 8, sequence_parallel: true, micro_batch: auto, split: \"3,4\"}");
  CHECK(plan.tensor == 8);
  CHECK(plan.sequence_parallel == 1);
  CHECK(plan.micro_batch == parallel::kAutoMicroBatch);
  CHECK(plan.split == std::vector{3, 4});
  CHECK_FALSE(plan.pipeline);
  CHECK(plan_error("plan: {tp: 8, batch: 64}") ==
        "mine.yaml:1:22: plan.batch: the batch is a part of the recipe\n"
        "    1 | plan: {tp: 8, batch: 64}\n      |                      ^\n"
        "  way out: give training.global_batch");
  CHECK(plan_error("plan: {tp: 0}") ==
        "mine.yaml:1:12: plan.tp: 0 is not a tensor-parallel size: it must be at least 1\n"
        "    1 | plan: {tp: 0}\n      |            ^\n  way out: give a whole number from 1 to 2097152");
  CHECK(plan_error("plan: {schedule: 1f2b}").starts_with("mine.yaml:1:18: plan.schedule: 1f2b"));
  CHECK(plan_error("plan: {tpp: 8}").starts_with("mine.yaml:1:8: plan.tpp: unknown key\n"));
  CHECK(plan_error("plan: [8]").starts_with("mine.yaml:1:7: plan: "));
}

TEST_CASE("what the user fixes wins over the plan of the workload, and takes what belongs to it along") {
  const PlanChoice plan = plan_of_text(
      "plan: {tp: 8, sequence_parallel: true, pp: 4, schedule: interleaved, virtual_stages: 2, split: "
      "\"1,1,1,1,1,1,1,1\", "
      "zero: 1, hybrid_shard: 8}");
  const std::string all =
      "--tp 8 --sequence-parallel --pp 4 --schedule interleaved --virtual-stages 2 --split "
      "1,1,1,1,1,1,1,1";
  CHECK(joined(plan, {}) == "--zero 1 " + all + " --hybrid-shard 8");
  CHECK(joined(plan, {.zero = 3}) == "--zero 3 " + all);
  CHECK(joined(plan, {.tensor = 4}) ==
        "--zero 1 --tp 4 --sequence-parallel --pp 4 --schedule interleaved --virtual-stages 2 --split 1,1,1,1,1,1,1,1 "
        "--hybrid-shard 8");
  CHECK(joined(plan, {.tensor = 1, .pipeline = 1}) == "--zero 1 --tp 1 --pp 1 --hybrid-shard 8");
  CHECK(joined(plan, {.pipeline = 2}) ==
        "--zero 1 --tp 8 --sequence-parallel --pp 2 --schedule interleaved --virtual-stages 2 --hybrid-shard 8");
  CHECK(joined(plan, {.schedule = int64_t(pipeline::ScheduleKind::one_f_one_b)}) ==
        "--zero 1 --tp 8 --sequence-parallel --pp 4 --schedule 1f1b --hybrid-shard 8");
  CHECK(joined(plan, {.virtual_stages = 1}) ==
        "--zero 1 --tp 8 --sequence-parallel --pp 4 --virtual-stages 1 --hybrid-shard 8");
  CHECK(joined(plan, {.tensor = 8, .pipeline = 4}) == joined(plan, {}));
  CHECK(joined({}, {.tensor = 2}) == "--tp 2");
}

TEST_CASE("a run has the plan of its workload and says so") {
  const run::RunRequest plain = resolved({});
  CHECK(plain.plan.tensor == 8);
  CHECK(plain.plan.pipeline == 8);
  CHECK(plain.plan.virtual_stages == 3);
  CHECK(plain.notes == std::vector<std::string>{kGpt3});
  study::RunSpec fixed;
  fixed.plan.tensor = 4;
  const run::RunRequest other = resolved(fixed);
  CHECK(other.plan.tensor == 4);
  CHECK(other.plan.pipeline == 8);
  CHECK(other.notes.front().find("--tp") == std::string::npos);
  study::RunSpec overridden;
  overridden.overrides = {{"workload.plan.tp", "2"}};
  CHECK(resolved(overridden).plan.tensor == 2);
  overridden.overrides = {{"workload.plan.tp", "two"}};
  CHECK_THROWS_WITH(resolved(overridden), Catch::StartsWith("--set workload.plan.tp=two: plan.tp: two is not"));
  study::RunSpec all_open;
  all_open.workload = "gpt-2";
  all_open.platform = "dgx-a100";
  const auto request = study::resolve(catalog::Catalog({PODSIM_SOURCE_DIR}), all_open).request;
  CHECK(request.plan == PlanChoice{});
  CHECK(request.notes.empty());
}

TEST_CASE("a plan that cannot be is told by the file that has it") {
  const run::PlanPlaces places = {{"--tp", "mine.yaml:9:7"}, {"--micro-batch", "mine.yaml:10:16"}};
  CHECK(run::told_by_places("--tp 16: does not divide the 8 ranks\n  way out: take --tp 8", places) ==
        "mine.yaml:9:7: plan.tp 16: does not divide the 8 ranks\n  way out: take --tp 8");
  CHECK(run::told_by_places("--zero 3 with --pp 2: no", places) == "--zero 3 with --pp 2: no");
  CHECK(run::told_by_places("--micro-batch 3: --tpx --tp", places) ==
        "mine.yaml:10:16: plan.micro_batch 3: --tpx plan.tp");
  study::RunSpec spec;
  spec.workload = "palm-540b";
  spec.platform = "dgx-a100";
  spec.chips = 8;
  spec.overrides = {{"workload.plan.zero", "1"}};
  const run::RunRequest request = study::resolve(catalog::Catalog({PODSIM_SOURCE_DIR}), spec).request;
  CHECK(request.plan_places.at("--tp").ends_with("workloads/palm-540b.yaml:34:7"));
  CHECK(request.plan_places.at("--zero") == "--set workload.plan.zero=1");
  const auto outcome = run::run_all({request}).front();
  const std::string reason = std::get<run::ImpossibleRun>(outcome).reason;
  CHECK_THAT(reason,
             Catch::EndsWith("workloads/palm-540b.yaml:34:7: plan.tp 16: does not divide the 8 ranks of 8 chips "
                             "(1 node)\n  way out: take --tp 8"));
  spec.plan.tensor = 4;
  CHECK(study::resolve(catalog::Catalog({PODSIM_SOURCE_DIR}), spec).request.plan_places.count("--tp") == 0);
}

TEST_CASE("every shipped workload has a good plan or none") {
  const catalog::Catalog catalog({PODSIM_SOURCE_DIR});
  int plans = 0;
  for (const std::string& name : catalog.names(catalog::EntryKind::workload)) {
    CAPTURE(name);
    PlanChoice plan;
    CHECK_NOTHROW(plan = study::workload_plan(catalog, name));
    if (plan != PlanChoice{}) ++plans;
  }
  CHECK(plans >= 15);
}
