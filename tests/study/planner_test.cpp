#include "study/answer/planner.hpp"
#include "study/answer/sizes.hpp"

#include "fixtures.hpp"
#include "study/answer/candidates.hpp"
#include "study/report/plan_report.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace podsim;
using namespace podsim::study;

namespace {

catalog::Catalog shipped_catalogue() { return catalog::Catalog({PODSIM_SOURCE_DIR}); }

PlannedRun planned(double hours, double usd) { return {result(8, hours, usd, 1), hours, usd}; }

std::vector<std::pair<double, double>> figures(const std::vector<PlannedRun>& runs) {
  std::vector<std::pair<double, double>> all;
  for (const PlannedRun& run : runs) all.emplace_back(run.hours, run.usd);
  return all;
}

PlanQuery three_platforms() {
  PlanQuery query;
  query.workload = "bert-large-500k";
  query.platforms = {"tpu-v2-pod", "tpu-v3-pod", "gcp-8xv100"};
  return query;
}

}  // namespace

TEST_CASE("the front has no run that another beats in both") {
  const auto front =
      pareto_front({planned(10, 100), planned(5, 300), planned(6, 200), planned(7, 250), planned(5, 310)});
  CHECK(figures(front) == std::vector<std::pair<double, double>>{{5, 300}, {6, 200}, {10, 100}});
}

TEST_CASE("the plan is that of simulating every candidate") {
  const auto catalogue = shipped_catalogue();
  PlanQuery query = three_platforms();
  query.batches = {512, 1024, 4096, 32768};
  query.deadline_hours = 24;
  const RunPlan pruned = plan(catalogue, query, {.workers = 2});
  const RunPlan all = plan(catalogue, query, {.workers = 2, .prune = false});
  CHECK(all.simulated == all.candidates);
  CHECK(pruned.simulated < all.simulated);
  REQUIRE(all.front.size() >= 3);
  REQUIRE(figures(pruned.front).size() == figures(all.front).size());
  for (std::size_t i = 0; i < all.front.size(); ++i) {
    CHECK(pruned.front[i].run.setup.chips == all.front[i].run.setup.chips);
    CHECK(pruned.front[i].hours == Approx(all.front[i].hours).epsilon(1e-6));
    CHECK(pruned.front[i].usd == Approx(all.front[i].usd).epsilon(1e-6));
  }
  REQUIRE(all.best);
  CHECK(pruned.best->usd == Approx(all.best->usd).epsilon(1e-6));
  REQUIRE(pruned.runners_up.size() == all.runners_up.size());
  for (std::size_t i = 0; i < all.runners_up.size(); ++i) {
    CHECK(pruned.runners_up[i].run.setup.platform == all.runners_up[i].run.setup.platform);
    CHECK(pruned.runners_up[i].usd == Approx(all.runners_up[i].usd).epsilon(1e-6));
  }
}

TEST_CASE("a deadline takes the cheapest in time, a budget the fastest within it") {
  const auto catalogue = shipped_catalogue();
  PlanQuery query = three_platforms();
  query.deadline_hours = 24;
  const RunPlan by_deadline = plan(catalogue, query, {.workers = 2});
  REQUIRE(by_deadline.best);
  CHECK(by_deadline.best->hours <= 24);
  query.deadline_hours.reset();
  query.budget_usd = 5000;
  const RunPlan by_budget = plan(catalogue, query, {.workers = 2});
  REQUIRE(by_budget.best);
  CHECK(by_budget.best->usd <= 5000);
  for (const PlannedRun& run : by_budget.front) {
    if (run.usd <= 5000) CHECK(run.hours >= by_budget.best->hours);
    if (run.hours <= 24) CHECK(run.usd >= by_deadline.best->usd);
  }
}

TEST_CASE("a limit that nothing holds is answered by the nearest") {
  PlanQuery query = three_platforms();
  query.budget_usd = 1;
  const RunPlan none = plan(shipped_catalogue(), query, {.workers = 2});
  CHECK_FALSE(none.best);
  const std::string text = plan_table(none);
  CHECK(text.starts_with("Nothing trains bert-large-500k for at most $1.00.\nThe fastest is "));
  CHECK(text.find("\nThe cheapest is ") != std::string::npos);
  CHECK(plan_json(none)["best"].is_null());
}

TEST_CASE("batches follow the law, or are those that are asked for") {
  const auto catalogue = shipped_catalogue();
  CHECK(batches_of(catalogue.workload("bert-large-500k").value, {}) ==
        std::vector<int64_t>{512, 1024, 2048, 4096, 8192, 16384, 32768});
  CHECK(batches_of(catalogue.workload("bert-large").value, {}) == std::vector<int64_t>{256});
  CHECK(batches_of(catalogue.workload("bert-large").value, {64, 96}) == std::vector<int64_t>{64, 96});
}

TEST_CASE("sizes are the slices of a pod, and boxes by doubling") {
  const auto catalogue = shipped_catalogue();
  CHECK(sizes_of(catalogue.platform("tpu-v3-pod").value) == std::vector<int64_t>{4, 16, 32, 64, 128, 256, 512, 1024});
  const auto boxes = sizes_of(catalogue.platform("dgx-1v").value);
  CHECK(boxes.front() == 1);
  CHECK(boxes.back() == 1024);
}

TEST_CASE("a kind of price that nobody has is bad input") {
  PlanQuery query = three_platforms();
  query.price_kind = "free";
  CHECK_THROWS_WITH(plan(shipped_catalogue(), query, {}),
                    "no platform can run bert-large-500k; the first is tpu-v2-pod: has no price of the kind free, "
                    "only commitment_1y, commitment_3y, on_demand, preemptible\n"
                    "  way out: take another platform, --batch or --price");
}

TEST_CASE("two platforms of one name are two platforms") {
  PlanQuery query;
  query.workload = "resnet-50";
  query.platforms = {"gcp-8xv100", PODSIM_SOURCE_DIR "/platforms/gcp-8xv100.yaml"};
  query.deadline_hours = 100;
  const RunPlan plan = podsim::study::plan(shipped_catalogue(), query, {.workers = 2});
  REQUIRE(plan.best);
  REQUIRE(plan.runners_up.size() == 1);
  CHECK(plan.runners_up.front().usd == plan.best->usd);
}

TEST_CASE("a range of chips doubles by whole nodes") {
  const auto catalogue = shipped_catalogue();
  const auto between = [&](const char* platform, int64_t first, int64_t last) {
    return sizes_between(catalogue.platform(platform).value, first, last);
  };
  CHECK(between("gb200-nvl72", 8, 576) == std::vector<int64_t>{8, 16, 32, 64, 72, 144, 288, 576});
  CHECK(between("tpu-v3-pod", 16, 100) == std::vector<int64_t>{16, 32, 64, 100});
  CHECK(between("dgx-a100", 4, 4) == std::vector<int64_t>{4});
}

TEST_CASE("a plan tells whose prices of which month it took") {
  const RunPlan found = plan(shipped_catalogue(), three_platforms(), {.workers = 2});
  CHECK(found.price_lists.at("tpu-v3-pod").date == "2019-06");
  CHECK(plan_table(found).find("\nPrices: ") != std::string::npos);
  CHECK(plan_json(found)["price_lists"]["gcp-8xv100"]["date"] == "2019-06");
  RunPlan mixed = found;
  mixed.price_lists.at("gcp-8xv100") = {"AWS", "2025-06"};
  CHECK(plan_table(mixed).find("\nPrices are not of one list and month: AWS 2025-06 (gcp-8xv100); ") !=
        std::string::npos);
}

TEST_CASE("a node of 72 chips is offered whole") {
  const auto platform = shipped_catalogue().platform("gb200-nvl72").value;
  const auto sizes = sizes_of(platform);
  CHECK(std::vector<int64_t>(sizes.begin(), sizes.begin() + 9) ==
        std::vector<int64_t>{1, 2, 4, 8, 16, 32, 64, 72, 144});
}
