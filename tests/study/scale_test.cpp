#include "study/answer/scale.hpp"
#include "fixtures.hpp"
#include "results/json.hpp"
#include "results/text.hpp"
#include "study/report/scale_report.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

using namespace podsim::study;
using podsim::run::ImpossibleRun;

namespace {

ScaleSpec spec(std::vector<int64_t> chips) {
  ScaleSpec spec;
  spec.chips = std::move(chips);
  return spec;
}

/// 16 to 128 chips: speed-ups 2, 1.6 and 1.25; the last one cannot run.
Scaling four_sizes() {
  return scaling_of(spec({16, 32, 64, 128, 256}),
                    {result(16, 64, 1024, 100), result(32, 32, 1000, 200), result(64, 20, 1280, 320),
                     result(128, 16, 2048, 400), ImpossibleRun{"512 ranks share 256 examples"}});
}

}  // namespace

TEST_CASE("efficiency is measured from the first size that runs") {
  const Scaling scaling =
      scaling_of(spec({8, 16, 32}), {ImpossibleRun{"no such slice"}, result(16, 10, 1, 100), result(32, 6, 1, 150)});
  CHECK_FALSE(scaling.points[0].efficiency);
  CHECK(*scaling.points[1].efficiency == 1.0);
  CHECK(*scaling.points[2].efficiency == 0.75);
  CHECK_FALSE(scaling.points[1].gain);
  CHECK(scaling.points[2].gain->speedup == Approx(10.0 / 6));
}

TEST_CASE("a size that does not fit into memory is shown and left out of the curve") {
  auto misfit = result(16, 64, 1024, 100);
  misfit.memory.capacity_bytes = 1e9;
  misfit.memory.weights_bytes = 2e9;
  const Scaling scaling =
      scaling_of(spec({16, 32, 64}), {misfit, result(32, 32, 1000, 200), result(64, 28, 2000, 220)});
  CHECK_FALSE(scaling.points[0].efficiency);
  CHECK(*scaling.points[1].efficiency == 1.0);
  CHECK_FALSE(scaling.points[1].gain);
  CHECK(*scaling.knee.chips == 32);
  CHECK(to_table(scaling).find("does not fit into memory on 16 chips: shown as if it did, and left out of the curve") !=
        std::string::npos);
  CHECK(knee_text(scaling_of(spec({16}), {misfit})).substr(0, 44) == "No size in this range fits into memory: take");
}

TEST_CASE("in weak scaling the batch binds from the largest useful one on") {
  auto small = result(16, 64, 1024, 100);
  auto large = result(32, 40, 1280, 200);
  small.plan.chosen.global_batch = 512;
  large.plan.chosen.global_batch = 1024;
  for (auto* run : {&small, &large}) run->explanation.parts = {{"host", 1}};
  for (auto* run : {&small, &large}) run->explanation.resources = {{"host", 1}};
  ScaleSpec weak = spec({16, 32});
  weak.mode = ScaleMode::weak;
  Scaling scaling = scaling_of(weak, {small, large});
  limit_batch(scaling, 1024);
  CHECK(scaling.points[0].binds == "host");
  CHECK(scaling.points[1].binds == "batch");
  Scaling strong = scaling_of(spec({16, 32}), {small, large});
  limit_batch(strong, 1024);
  CHECK(strong.points[1].binds == "host");
}

TEST_CASE("an impossible size between others is stepped over") {
  const Scaling scaling =
      scaling_of(spec({16, 32, 64}), {result(16, 9, 90, 1), ImpossibleRun{"reason"}, result(64, 4, 100, 1)});
  CHECK(scaling.points[2].gain->speedup_per_doubling == Approx(1.5).epsilon(1e-12));
  CHECK(*scaling.points[2].gain->usd_per_hour_saved == Approx(2.0).epsilon(1e-12));
}

TEST_CASE("the whole table of a scaling study") {
  CHECK(to_table(four_sizes()) ==
        R"(Strong scaling of net on pod, stack era: 1,024 examples per step at every size

chips   slice           step  examples/s   effic.  hours  on demand  exposed  binds  $/hour saved
   16   16 in a row   1.50 s         100  100.0 %   64.0     $1,024   20.0 %  -                 -
   32   32 in a row   1.50 s         200  100.0 %   32.0     $1,000   20.0 %  -           cheaper
   64   64 in a row   1.50 s         320   80.0 %   20.0     $1,280   20.0 %  -            $23.33
  128   128 in a row  1.50 s         400   50.0 %   16.0     $2,048   20.0 %  -              $192
  256   512 ranks share 256 examples

speed-up over 16 chips (|: as many times as there are chips)
       16  #|                                                        1.00
       32  ###################|                                      2.00
       64  ################################      |                   3.20
      128  ######################################                  | 4.00

The knee is at 64 chips: the next doubling makes the run 1.25 times faster for 60 % more dollars.
(knee: the last number of chips up to which each doubling makes the run at least 1.5 times faster)
The cheapest size is 32 chips (32.0 h, $1,000). The fastest is 128 chips (16.0 h, $2,048).
)");
}

TEST_CASE("a curve that still pays at its end has no knee") {
  const Scaling scaling = scaling_of(spec({16, 32}), {result(16, 10, 100, 1), result(32, 5, 90, 2)});
  CHECK(knee_text(scaling).starts_with(
      "No knee in this range: its last size still makes the run 2.00 times faster than the one before for\n"
      "10 % fewer dollars.\n"));
  CHECK(to_json(scaling)["knee"]["chips"].is_null());
}

TEST_CASE("one size has no knee") {
  const Scaling scaling = scaling_of(spec({16, 32}), {result(16, 10, 100, 1), ImpossibleRun{"reason"}});
  CHECK(knee_text(scaling).starts_with("Only 16 chips can run in this range: a knee needs two sizes.\n"));
  CHECK(to_json(scaling)["knee"]["gain"].is_null());
}

TEST_CASE("a step that is no doubling is named by its chips") {
  const Scaling scaling = scaling_of(spec({16, 24}), {result(16, 10, 100, 1), result(24, 12.5, 250, 1)});
  CHECK(
      knee_text(scaling).starts_with("The knee is at 16 chips: going on to 24 chips makes the run 1.25 times slower "
                                     "for 150 % more\ndollars.\n"));
}

TEST_CASE("a what-if has its mark and its word") {
  podsim::run::RunResult beyond = result(2048, 5, 90, 2);
  beyond.setup.what_if = true;
  const std::string table = to_table(scaling_of(spec({1024, 2048}), {result(1024, 10, 100, 1), beyond}));
  CHECK(table.find("\n2,048*  2048 in a row") != std::string::npos);
  CHECK(table.find("\n* larger than the real machine: a what-if\n") != std::string::npos);
}

TEST_CASE("the JSON of a scaling study has every run with its figures") {
  const auto json = to_json(four_sizes());
  CHECK(json["schema"] == "podsim/scale/1");
  CHECK(json["mode"] == "strong");
  REQUIRE(json["points"].size() == 5);
  CHECK(json["points"][2]["schema"] == "podsim/run/1");
  CHECK(json["points"][2]["status"] == "done");
  CHECK(json["points"][2]["efficiency"] == 0.8);
  CHECK(json["points"][0]["gain"].is_null());
  CHECK(json["points"][2]["gain"]["extra_cost"].get<double>() == Approx(0.28).epsilon(1e-12));
  CHECK(json["points"][4].dump() == R"({"chips":256,"status":"impossible","reason":"512 ranks share 256 examples"})");
  CHECK(json["knee"]["chips"] == 64);
  CHECK(json["knee"]["next_chips"] == 128);
  CHECK(json["knee"]["least_gain"] == 1.5);
  CHECK(json["knee"]["gain"]["speedup"] == 1.25);
}

TEST_CASE("the table for HDF5 has a row for every size, with NaN where there is no figure") {
  const auto table = to_study_table(four_sizes());
  for (const auto& column : table.points) {
    std::visit([&](const auto& values) { CHECK(values.size() == 5); }, column.values);
  }
  CHECK(table.points.front().name == "run.chips");
  CHECK(table.points[1].name == "status");
  const auto named = [&](const std::string& name) {
    return std::find_if(table.points.begin(), table.points.end(),
                        [&](const auto& column) { return column.name == name; });
  };
  CHECK(std::get<std::vector<std::string>>(named("limits")->values) ==
        std::vector<std::string>{"", "cheapest", "knee", "fastest", ""});
  CHECK(std::get<std::vector<std::string>>(named("binds")->values) == std::vector<std::string>(5, ""));
  const auto& marginal = std::get<std::vector<double>>(named("usd_per_hour_saved")->values);
  CHECK(std::isnan(marginal[0]));
  CHECK(marginal[3] == Approx(192.0));
  CHECK(std::isnan(marginal[4]));
}

TEST_CASE("no line passes 100 columns whatever the figures are") {
  podsim::run::RunResult large = result(1 << 20, 1e7, 1e12, 1e12);
  large.setup.slice = "131072 nodes of 8, every one of them with a long name";
  large.setup.workload = std::string(80, 'w');
  large.setup.platform = std::string(80, 'p');
  large.setup.what_if = true;
  large.step.seconds = {1e-6, 1e-6, 1e-6};
  large.notes = {std::string(150, 'n'), "a note of many words " + std::string(70, 'x') + " and more words"};
  const Scaling scaling =
      scaling_of(spec({1, 2, 3}), {result(1, 1e7, 1, 1), large, ImpossibleRun{std::string(300, 'r')}});
  std::istringstream lines(to_table(scaling));
  for (std::string line; std::getline(lines, line);) CHECK(podsim::results::width(line) <= 100);
}

TEST_CASE("a batch that some sizes cannot share has the nearest that all can") {
  auto first = result(8, 10, 100, 1);
  first.plan.ranks = 8;
  first.plan.chosen.global_batch = 512;
  const ImpossibleRun impossible{"does not divide"};
  CHECK(to_table(scaling_of(spec({8, 64, 72, 144, 576}), {first, impossible, impossible, impossible, impossible}))
            .find("\nway out: --batch 576 divides over the ranks of every size up to 144 chips\n") !=
        std::string::npos);
  first.plan.chosen.global_batch = 1200;
  CHECK(to_table(scaling_of(spec({8, 64, 72}), {first, impossible, impossible}))
            .find("\nway out: --batch 1152 or 1728 divides") != std::string::npos);
  CHECK(to_table(scaling_of(spec({8, 16}), {first, impossible})).find("way out") == std::string::npos);
  // Replicas of eight ranks: 72 chips have nine.
  first.plan.chosen.tensor = 8;
  first.plan.chosen.global_batch = 16;
  CHECK(to_table(scaling_of(spec({8, 16, 64}), {first, impossible, impossible})).find("way out") == std::string::npos);
  CHECK(to_table(scaling_of(spec({8, 64, 72}), {first, impossible, impossible}))
            .find("\nway out: --batch 72 divides over the replicas of every size up to 72 chips\n") !=
        std::string::npos);
}
