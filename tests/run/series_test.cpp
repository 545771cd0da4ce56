#include "catalog/lookup/catalog.hpp"
#include "run/run.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace podsim;

namespace {

/// A run of a published series. Minutes of the whole run; epochs of examples where the source tells a rate.
struct SeriesRow {
  int chips;
  int64_t batch;
  double published;
};

std::vector<run::RunResult> series(const std::string& workload, const std::string& platform, const std::string& stack,
                                   const std::vector<SeriesRow>& rows) {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  std::vector<run::RunRequest> requests;
  for (const SeriesRow& row : rows) {
    run::RunRequest& request = requests.emplace_back();
    request.workload = shipped.workload(workload).value;
    request.platform = shipped.platform(platform).value;
    request.stack = shipped.stack(stack).value;
    request.chips = row.chips;
    request.plan.global_batch = row.batch;
  }
  std::vector<run::RunResult> results;
  for (auto& outcome : run::run_all(requests)) results.push_back(std::get<run::RunResult>(outcome));
  return results;
}

/// Examples per chip and second of the run from its first step to its last, evaluation included.
double rate_per_chip(const run::RunResult& run) {
  const double seconds = run.wall_parts.steps_seconds + run.wall_parts.evaluation_seconds;
  return static_cast<double>(run.steps * run.global_batch()) / seconds / run.chips;
}

}  // namespace

TEST_CASE("the LAMB series: hours of the whole run within a tenth of the paper's") {
  // You et al., arXiv 1904.00962, Table 1; the published times are in hours.
  const std::vector<SeriesRow> rows{{16, 512, 82.8}, {32, 1024, 43.2}, {64, 2048, 21.4}, {256, 8192, 390.5 / 60}};
  const auto runs = series("bert-large-500k", "tpu-v3-pod", "tf-tpu-estimator", rows);
  const std::vector<int64_t> steps{1000000, 500000, 250000, 62500};
  for (size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(rows[i].chips);
    CHECK(runs[i].steps == steps[i]);
    CHECK(runs[i].wall_seconds.value / 3600 == Approx(rows[i].published).epsilon(0.1));
    REQUIRE(runs[i].published);
    CHECK(runs[i].published->hours == Approx(rows[i].published).epsilon(1e-3));
  }
}

TEST_CASE("the LAMB run of 76 minutes, whose phases have batches of their own, within a tenth of the paper's") {
  const auto run = series("bert-large-mixed-batch", "tpu-v3-pod", "tf-tpu-estimator", {{1024, 32768, 76.19 / 60}})[0];
  CHECK(run.steps == 8599);
  CHECK(run.wall_seconds.value / 60 == Approx(76.19).epsilon(0.1));
  REQUIRE(run.phases.size() == 2);
  CHECK(run.phases[0].global_batch == 65536);
  CHECK(run.phases[1].global_batch == 32768);
  const double steps = 7038 * run.phases[0].step_seconds + 1561 * run.phases[1].step_seconds;
  CHECK(run.wall_parts.steps_seconds == Approx(steps).epsilon(1e-12));
  const double examples = 7038.0 * 65536 + 1561.0 * 32768;
  CHECK(run.examples_per_second == Approx(examples / steps).epsilon(1e-12));
}

TEST_CASE("ResNet-50 on TPU v3: efficiency from 16 to 1,024 chips beside MLPerf v0.6") {
  // mlperf/training_results_v0.6, Google/results/tpu-v3-*: images / (minutes x chips), evaluation included, over 16 chips.
  const std::vector<SeriesRow> rows{{16, 4096, 1.0},     {64, 16384, 1.002},  {128, 32768, 0.973},
                                    {256, 32768, 0.821}, {512, 32768, 0.725}, {1024, 32768, 0.617}};
  const auto runs = series("resnet-50", "tpu-v3-pod", "mlperf-tpu", rows);
  for (size_t i = 0; i < rows.size(); ++i) {
    CAPTURE(rows[i].chips);
    CHECK(rate_per_chip(runs[i]) / rate_per_chip(runs[0]) == Approx(rows[i].published).margin(0.1));
  }
  // The epochs grow with the batch.
  CHECK(runs[5].steps * 32768 > 1.15 * static_cast<double>(runs[0].steps) * 4096);
}

TEST_CASE("ResNet-50 on DGX-1V: efficiency of the steps from 8 to 1,040 GPUs beside MLPerf v0.6") {
  // mlperf/training_results_v0.6, NVIDIA/results/dgx1*: images per second and GPU inside the training blocks, over 8.
  const std::vector<SeriesRow> rows{{8, 1664, 1.0}, {1040, 54080, 0.772}};
  const auto runs = series("resnet-50", "dgx-1v", "mlperf-gpu", rows);
  const auto rate = [](const run::RunResult& run) { return run.examples_per_second / run.chips; };
  CHECK(rate(runs[1]) / rate(runs[0]) == Approx(rows[1].published).margin(0.1));
  CHECK(static_cast<double>(runs[1].steps * 54080) > 1.3 * static_cast<double>(runs[0].steps) * 1664);
}
