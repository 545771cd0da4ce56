#include "study/report/explain_report.hpp"

#include "fixtures.hpp"
#include "study/answer/critical_path.hpp"
#include "study/answer/path_groups.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

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

TEST_CASE("a long critical path is told by what repeats itself, and sums to the step") {
  // Eight micro-batches of four layers with two exchanges each, forward and back, then an update.
  std::vector<PathPart> path;
  for (int micro_batch = 0; micro_batch < 8; ++micro_batch) {
    for (const char* half : {"forward", "backward"}) {
      for (int layer = 0; layer < 4; ++layer) {
        path.push_back({2, half, 5, "product"});
        path.push_back({0.25 + 0.01 * micro_batch, "wait", 1, "all-reduce of tensor"});
      }
    }
  }
  path.push_back({1, "optimizer", 1, "adam"});
  const auto sum_of = [](const auto& parts) {
    double sum = 0;
    for (const auto& part : parts) sum += part.seconds;
    return sum;
  };
  const auto groups = path_groups(path, 10);
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].times == 8);
  CHECK(groups[0].parts == 128);
  REQUIRE(groups[0].shares.size() == 3);
  CHECK(groups[0].shares[0].category == "forward");
  CHECK(groups[0].shares[0].seconds == Approx(64));
  CHECK(groups[0].shares[2].longest == "all-reduce of tensor");
  CHECK(groups[1].part.longest == "adam");
  CHECK(sum_of(groups) == Approx(sum_of(path)));
  CHECK(path_groups(path, 200).size() == path.size());
  // Nothing repeats: the shortest are put together.
  std::vector<PathPart> odd;
  for (int i = 0; i < 100; ++i) odd.push_back({1.0 + i, i % 2 == 0 ? "forward" : "wait", i, std::to_string(i)});
  CHECK(path_groups(odd, 36).size() == 36);
  CHECK(sum_of(path_groups(odd, 36)) == Approx(sum_of(odd)));
  CHECK(path_groups({}, 36).empty());
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
