#include "collective/collectives.hpp"
#include "run/layout.hpp"
#include "run/layout_sums.hpp"
#include "run/run.hpp"
#include "support/findings.hpp"
#include "support/isolated_text.hpp"
#include "support/layout_draw.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

using namespace podsim;

namespace {

constexpr uint64_t kLayoutsOfCase = 60;

/// PODSIM_DRAW=17 looks at the layout of this number alone.
std::vector<uint64_t> layouts_of(uint64_t number_of_case) {
  if (const char* asked = std::getenv("PODSIM_DRAW")) return {std::stoull(asked)};
  std::vector<uint64_t> numbers;
  for (uint64_t i = 0; i < kLayoutsOfCase; ++i) numbers.push_back(number_of_case * kLayoutsOfCase + i);
  return numbers;
}

void check_breakdowns(tests::Findings& findings, const run::RunResult& folded, const run::RunResult& full) {
  const double step = folded.step.seconds.value;
  findings.same("full step", full.step.seconds.value, step, 1e-6);
  findings.same("full bound", full.step.bound_seconds, folded.step.bound_seconds, 1e-9);
  const auto near = [&](const char* what, double value, double expected) {
    findings.same(what, value, expected, 1e-6, 1e-9 * step);
  };
  const run::Breakdown& one = folded.step.breakdown;
  const run::Breakdown& all = full.step.breakdown;
  near("full compute", all.compute_seconds, one.compute_seconds);
  near("full communication", all.exposed_communication_seconds, one.exposed_communication_seconds);
  near("full bubble", all.pipeline_bubble_seconds, one.pipeline_bubble_seconds);
}

void check_one(tests::Findings& findings, const run::RunResult& result) {
  const double step = result.step.seconds.value;
  findings.at_most("bound", result.step.bound_seconds, step);
  findings.same("parts of the step", result.step.breakdown.total_seconds(), step);
  double exposed = 0;
  for (const auto& [group, seconds] : result.step.exposed_by_group_seconds) exposed += seconds;
  findings.same("exposed by group", exposed, result.step.breakdown.exposed_communication_seconds, 1e-9, 1e-12 * step);
  findings.require(result.step.mfu > 0 && result.step.mfu < 1, fmt::format("mfu {}", result.step.mfu));
  findings.at_most("causal MFU", result.step.mfu_causal, result.step.mfu);
  findings.at_most("MFU", result.step.mfu, result.step.hfu);
  for (const run::StageTime& stage : result.step.stages) {
    findings.at_most("busy stage", stage.busy_seconds, step);
  }
}

/// The same on links of twice the rate.
run::RunRequest on_faster_links(run::RunRequest request) {
  if (auto* torus = std::get_if<catalog::Torus>(&request.platform.interconnect)) {
    torus->link_bytes_per_second *= 2;
  } else {
    auto& boxes = std::get<catalog::SwitchedBoxes>(request.platform.interconnect);
    boxes.chip_bytes_per_second *= 2;
    boxes.network.card_bytes_per_second *= 2;
  }
  return request;
}

/// Whether the library does all collectives of two layouts of one program in the same ways. As NCCL's tables have it, a
/// faster link can lead to a slower protocol.
bool chooses_alike(const run::Layout& one, const run::Layout& other) {
  for (const auto& [demand, schedule] : one.collectives.schedules) {
    if (schedule.choice != other.collectives.schedule(demand).choice) return false;
  }
  return true;
}

std::string findings_of_layout(const tests::DrawnLayout& drawn) {
  run::RunRequest full = drawn.request;
  full.full = true;
  std::vector<run::RunResult> results;
  const run::RunRequest fast = on_faster_links(drawn.request);
  for (auto& outcome : run::run_all({drawn.request, full, fast})) {
    results.push_back(std::get<run::RunResult>(std::move(outcome)));
  }
  tests::Findings findings;
  check_one(findings, results[0]);
  check_one(findings, results[1]);
  check_breakdowns(findings, results[0], results[1]);
  run::RunRequest told = drawn.request;
  told.timeline = true;
  const run::Layout layout = run::lay_out(told);
  tests::check_sums(findings, told, layout);
  if (chooses_alike(layout, run::lay_out(fast))) {
    findings.at_most("step on faster links", results[2].step.seconds.value, results[0].step.seconds.value);
  }
  return findings.text();
}

void check_layouts(uint64_t number_of_case) {
  tests::LayoutDraw draw;
  for (const uint64_t number : layouts_of(number_of_case)) {
    const tests::DrawnLayout drawn = draw.draw(number);
    INFO("PODSIM_DRAW=" << number << ": " << drawn.words);
    const std::string found = tests::isolated_text([&] { return findings_of_layout(drawn); });
    if (!found.empty()) FAIL_CHECK(found);
  }
}

}  // namespace

// Several cases, so that several processes share them.
TEST_CASE("drawn layouts: folded is full, bounds, sums and formulas hold, 1") { check_layouts(0); }
TEST_CASE("drawn layouts: folded is full, bounds, sums and formulas hold, 2") { check_layouts(1); }
TEST_CASE("drawn layouts: folded is full, bounds, sums and formulas hold, 3") { check_layouts(2); }
TEST_CASE("drawn layouts: folded is full, bounds, sums and formulas hold, 4") { check_layouts(3); }
TEST_CASE("drawn layouts: folded is full, bounds, sums and formulas hold, 5") { check_layouts(4); }
