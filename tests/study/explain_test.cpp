#include "study/report/explain_report.hpp"

#include "fixtures.hpp"
#include "study/answer/critical_path.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace podsim;
using namespace podsim::study;

namespace {

/// Ten hours of steps of 1.5 s for 100 USD, of which 0.3 s wait for the network.
run::RunResult explained() {
  run::RunResult run = result(16, 10, 100, 1);
  run.wall.parts.steps_seconds = 36000;
  run.explanation.resources = {{"network", 0.4}, {"matrix_rate", 0.35}, {"memory_rate", 0.25}};
  run.explanation.parts = {{"chip", 0.6}, {"links", 0.4}};
  run.explanation.links = {{"network", 0.4}};
  return run;
}

run::PhaseResult timeline() {
  run::PhaseResult phase;
  phase.name = "training";
  phase.step_seconds = 10;
  phase.timeline = {{0, 1, "host", "overhead", "", 0, 0},
                    {1, 2, "device", "forward", "layer 1 product", 0, 0},
                    {2, 5, "device", "forward", "layer 12 product", 0, 0},
                    {4, 6, "network", "collective", "all-reduce of bucket 0", 0, 0},
                    {5, 6, "device", "backward", "layer 12 product", 0, 0},
                    {6, 9, "network", "collective", "all-reduce of bucket 1", 0, 0},
                    {6, 9, "device", "wait", "wait for gradients", 0, 0},
                    {9, 10, "device", "optimizer", "adam", 0, 0}};
  return phase;
}

}  // namespace

TEST_CASE("what ten percent more brings follows from the elasticity") {
  const auto all = improvements(explained());
  REQUIRE(all.size() == 4);
  CHECK(all[0].resource == "network");
  // 0.4 of the step takes 1 / 1.1 of its time.
  CHECK(all[0].step_seconds == Approx(1.5 * (0.6 + 0.4 / 1.1)));
  CHECK(all[0].hours_saved == Approx(10 * 0.4 * (1 - 1 / 1.1)));
  CHECK(all[0].usd_saved == Approx(100 * 0.4 * (1 - 1 / 1.1)));
  CHECK(all[3].resource == "overlap");
  CHECK(all[3].step_seconds == Approx(1.47));
  CHECK(elasticity_sum(explained().explanation.resources) == Approx(1.0));
}

TEST_CASE("the critical path is what the first rank did, part by part") {
  const auto path = critical_path(timeline());
  REQUIRE(path.size() == 5);
  CHECK(path[1].category == "forward");
  CHECK(path[1].seconds == Approx(4));
  CHECK(path[1].operations == 2);
  CHECK(path[1].longest == "layer 12 product");
  CHECK(path[3].category == "wait");
  CHECK(path[3].longest == "all-reduce of bucket 1");
  double sum = 0;
  for (const PathPart& part : path) sum += part.seconds;
  CHECK(sum == Approx(10));
}

TEST_CASE("equal layers count together among the longest operations") {
  const auto longest = longest_operations(timeline(), 2);
  REQUIRE(longest.size() == 2);
  CHECK(longest[0].name == "forward layer  product");
  CHECK(longest[0].count == 2);
  CHECK(longest[0].seconds == Approx(4));
}

TEST_CASE("the explanation names the part of the machine that binds, and what is largest in it") {
  run::RunResult run = explained();
  run.step.phases = {timeline()};
  CHECK(explain_table(run).find("At the pace of the chip 0.60, the links 0.40 (sum 1.00).\n"
                                "Binds: matrix rate, the largest of the chip.\n") != std::string::npos);
  run.explanation.parts = {{"host", 0.9}, {"chip", 0.1}};
  CHECK(explain_table(run).find("Binds: host, by the times of the stack era (podsim show era).\n") !=
        std::string::npos);
  run.explanation.parts = {{"links", 0.9}, {"chip", 0.1}};
  run.explanation.links = {{"network", 0.9}, {"pcie", 0.9}, {"nvlink", 0}};
  CHECK(explain_table(run).find("Binds: network+pcie, equally slow: only all of them faster help.\n") !=
        std::string::npos);
}

TEST_CASE("the JSON of an explanation holds the run") {
  run::RunResult run = explained();
  run.step.phases = {timeline()};
  const auto json = explain_json(run);
  CHECK(json["schema"] == "podsim/explain/1");
  CHECK(json["binds"] == "matrix_rate");
  CHECK(json["improvements"][0]["elasticity"].get<double>() == Approx(0.4));
  CHECK(json["part_elasticities"].dump() == R"({"chip":0.6,"links":0.4})");
  CHECK(json["part_elasticity_sum"].get<double>() == Approx(1));
  CHECK(json["phases"][0]["critical_path"].size() == 5);
  CHECK(json["run"]["schema"] == "podsim/run/1");
}
