#include "catalog/lookup/catalog.hpp"
#include "catalog/spec/link_classes.hpp"
#include "run/account/checkpoint.hpp"
#include "run/account/money.hpp"
#include "run/layout.hpp"
#include "run/run.hpp"
#include "run/wall_clock.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

using namespace podsim;

namespace {

run::RunRequest run_of(const std::string& workload, const std::string& platform, int64_t chips) {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = shipped.workload(workload).value;
  request.platform = shipped.platform(platform).value;
  request.stack = shipped.default_stack(request.platform.chip, request.workload).value;
  request.chips = chips;
  return request;
}

run::RunResult only(const run::RunRequest& request) {
  return std::get<run::RunResult>(run::run_all({request}).front());
}

std::vector<run::RunResult> each(const std::vector<run::RunRequest>& requests) {
  std::vector<run::RunResult> results;
  for (auto& outcome : run::run_all(requests)) results.push_back(std::get<run::RunResult>(outcome));
  return results;
}

}  // namespace

TEST_CASE("the bound of accumulated passes is that of all their examples") {
  auto whole = run_of("resnet-50", "dgx-1v", 8);
  whole.plan.global_batch = 8 * 64;
  auto parts = whole;
  parts.plan.micro_batch = 4;
  const auto all = each({whole, parts});
  CHECK(all[1].step.bound_seconds == Approx(all[0].step.bound_seconds).epsilon(1e-9));
}

TEST_CASE("the bound of ranks that share the optimiser is their share of its traffic, where memory is slowest") {
  auto shared = run_of("bert-base", "dgx-1v", 8);
  shared.plan.zero = 1;
  shared.plan.global_batch = 8;
  shared.stack.formats.master_weights = false;
  shared.stack.formats.weight = catalog::NumberFormat::fp16;
  shared.stack.formats.gradient = catalog::NumberFormat::fp32;
  shared.platform.chip.memory_bytes_per_second = 1e6;
  const auto run = only(shared);
  // Weight, gradient and two states of each parameter, an eighth of them.
  CHECK(run.step.bound_seconds == Approx(run.setup.parameters * (2 + 4 + 8) / 8 / 1e6));
}

TEST_CASE("the bound of ranks that share the optimiser gathers weights in their own format") {
  auto narrow = run_of("bert-base", "dgx-1v", 16);
  narrow.plan.zero = 1;
  narrow.plan.global_batch = 16;
  narrow.stack.formats.gradient = catalog::NumberFormat::fp32;
  narrow.stack.formats.weight = catalog::NumberFormat::fp16;
  for (const auto& links : catalog::link_classes(narrow.platform)) {
    for (double* rate : links.bytes_per_second) *rate /= 1e4;
  }
  auto wide = narrow;
  wide.stack.formats.weight = catalog::NumberFormat::fp32;
  const auto all = each({narrow, wide});
  CHECK(all[0].step.bound_seconds / all[1].step.bound_seconds == Approx((4.0 + 2) / (4 + 4)));
}

TEST_CASE("an evaluation is as long as the mean of the phases") {
  auto twice = run_of("bert-large", "tpu-v3-pod", 4);
  auto& training = twice.workload.training;
  training.evaluation = {.every_examples = 1e9, .every_steps = 0, .examples = 1};
  training.phases.at(1) = training.phases.at(0);
  training.phases.at(0).share_of_steps = training.phases.at(1).share_of_steps = 0.5;
  auto once = twice;
  once.workload.training.phases = {training.phases.at(0)};
  once.workload.training.phases.at(0).share_of_steps = 1;
  const auto evaluation = [](const run::RunRequest& request) {
    const run::Layout layout = run::lay_out(request);
    return run::evaluation_seconds(request, layout, run::forward_work_seconds(request, layout));
  };
  CHECK(evaluation(twice) == Approx(evaluation(once)).epsilon(1e-12));
}

TEST_CASE("the start takes longer for each doubling of the chips, not of the ranks, once a phase") {
  auto asked = run_of("bert-large", "tpu-v3-pod", 16);
  asked.stack.run.start_up_seconds = 1;
  asked.stack.run.start_up_per_doubling_seconds = 10;
  CHECK(only(asked).wall.parts.start_up_seconds == Approx(2 * (1 + 4 * 10)));
}

TEST_CASE("what is beside the steps is uncertain by a factor of its own") {
  auto asked = run_of("bert-large", "tpu-v3-pod", 16);
  asked.steps = 10;
  asked.stack.run.start_up_seconds = 300;
  asked.stack.run.start_up_per_doubling_seconds = 0;
  asked.stack.run.checkpoint.reset();
  asked.workload.training.evaluation.reset();
  const auto run = only(asked);
  CHECK(run.wall.seconds.low == Approx(10 * run.step.seconds.low + 600 / 1.5));
  CHECK(run.wall.seconds.high == Approx(10 * run.step.seconds.high + 600 * 1.5));
}

TEST_CASE("an operation on the timeline is as long as it was planned") {
  const auto asked = run_of("resnet-50", "dgx-1v", 8);
  const run::Layout layout = run::lay_out(asked);
  const auto run = only(asked);
  std::vector<double> planned;
  for (const auto& operation : layout.programs[0].operations) {
    if (operation.seconds > 0) planned.push_back(operation.seconds);
  }
  std::vector<double> shown;
  for (const auto& entry : run.step.phases[0].timeline) {
    const bool work = entry.category != "collective" && entry.category != "wait" && entry.category != "input";
    if (work && entry.end_seconds > entry.start_seconds) shown.push_back(entry.end_seconds - entry.start_seconds);
  }
  REQUIRE(shown.size() == planned.size());
  for (size_t i = 0; i < shown.size(); ++i) CHECK(shown[i] == Approx(planned[i]).epsilon(1e-6));
}

TEST_CASE("a published time stands beside the run of its chips, with or without the start") {
  auto asked = run_of("bert-large", "tpu-v3-pod", 16);
  asked.workload.published = {{.platform = "tpu-v3-pod",
                               .chips = 32,
                               .global_batch = asked.workload.training.global_batch,
                               .hours = 1,
                               .source = "other chips",
                               .with_start_up = true},
                              {.platform = "tpu-v3-pod",
                               .chips = 16,
                               .global_batch = asked.workload.training.global_batch,
                               .hours = 2,
                               .source = "these chips",
                               .with_start_up = false}};
  auto started = asked;
  started.workload.published[1].with_start_up = true;
  const auto all = each({asked, started});
  REQUIRE(all[0].published);
  CHECK(all[0].published->source == "these chips");
  CHECK(all[0].published->ratio == Approx((all[0].wall.seconds.value - all[0].wall.parts.start_up_seconds) / 3600 / 2));
  CHECK(all[1].published->ratio == Approx(all[1].wall.seconds.value / 3600 / 2));
}

TEST_CASE("a checkpoint that takes longer than its interval stretches it") {
  auto asked = run_of("bert-large", "tpu-v3-pod", 16);
  asked.platform.storage = catalog::Storage{.node_bytes_per_second = 1e9};
  asked.stack.run.checkpoint = catalog::CheckpointPolicy{.interval_seconds = 60};
  const auto interval = [&](double bytes) {
    return run::checkpoint_of(asked.stack, asked.platform, bytes, 4)->interval_seconds;
  };
  CHECK(interval(30e9) == Approx(60));
  CHECK(interval(90e9) == Approx(90));
}

TEST_CASE("scaling efficiency is the smallest slice's step over this one's, at the same examples a rank") {
  auto large = run_of("bert-large-500k", "tpu-v3-pod", 64);
  large.plan.global_batch = 128 * 4;
  auto small = run_of("bert-large-500k", "tpu-v3-pod", 4);
  small.plan.global_batch = 8 * 4;
  const auto all = each({large, small});
  CHECK(all[0].scaling.baseline_chips == 4);
  CHECK(all[0].scaling.efficiency == Approx(all[1].step.seconds.value / all[0].step.seconds.value).epsilon(1e-9));
  CHECK(all[0].scaling.efficiency < 0.999);
}

TEST_CASE("data and the last checkpoint are stored for as long as the run takes") {
  auto free = run_of("bert-large", "tpu-v3-pod", 16);
  free.workload.training.data_bytes = 5e9;
  free.platform.prices.storage_usd_per_byte_second = 0;
  auto stored = free;
  stored.platform.prices.storage_usd_per_byte_second = 1e-12;
  const auto all = each({free, stored});
  REQUIRE(all[1].wall.checkpoint);
  const double usd = all[1].cost_usd.at("on_demand") - all[0].cost_usd.at("on_demand");
  CHECK(usd == Approx(1e-12 * (5e9 + all[1].wall.checkpoint->bytes) * all[1].wall.seconds.value));
}

TEST_CASE("failures of a run are those of all its nodes") {
  auto asked = run_of("bert-large", "dgx-1v", 32);
  asked.steps = 1'000'000;
  asked.platform.faults = catalog::Faults{.failures_per_node_second = 1e-5, .restart_seconds = 60};
  const auto run = only(asked);
  REQUIRE(run.wall.with_failures);
  CHECK(run.wall.with_failures->failures == Approx(4 * 1e-5 * run.wall.with_failures->mean_wall_seconds).epsilon(0.1));
}

TEST_CASE("statistics over all ranks of one pass of several are noted") {
  auto several = run_of("biggan-128", "dgx-1v", 8);
  several.plan.global_batch = 64;
  several.plan.micro_batch = 4;
  auto single = several;
  single.plan.micro_batch = 8;
  const auto all = each({several, single});
  const std::string note = "statistics over all ranks are reduced in the last pass of a step, not in the others";
  CHECK(std::count(all[0].notes.begin(), all[0].notes.end(), note) == 1);
  CHECK(std::count(all[1].notes.begin(), all[1].notes.end(), note) == 0);
}
