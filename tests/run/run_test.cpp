#include "run/run.hpp"

#include "catalog/lookup/catalog.hpp"
#include "run/account/interval.hpp"
#include "run/account/money.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace podsim;

namespace {

run::RunRequest request(const std::string& workload, const std::string& platform, int64_t chips) {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = shipped.workload(workload).value;
  request.platform = shipped.platform(platform).value;
  request.stack = shipped.default_stack(request.platform.chip, request.workload).value;
  request.chips = chips;
  return request;
}

std::vector<run::RunResult> results(const std::vector<run::RunRequest>& requests) {
  std::vector<run::RunResult> results;
  for (auto& outcome : run::run_all(requests)) results.push_back(std::get<run::RunResult>(outcome));
  return results;
}

run::RunRequest full(run::RunRequest request) {
  request.full = true;
  return request;
}

void check_alike(const run::RunResult& folded, const run::RunResult& whole) {
  CAPTURE(folded.setup.platform, folded.setup.chips);
  CHECK(folded.simulation.mode == "folded");
  CHECK(whole.simulation.mode == "full");
  CHECK(folded.step.seconds.value == Approx(whole.step.seconds.value).epsilon(1e-6));
  CHECK(folded.step.breakdown.exposed_communication_seconds ==
        Approx(whole.step.breakdown.exposed_communication_seconds).epsilon(1e-6));
}

}  // namespace

TEST_CASE("folded and full runs agree on meshes") {
  std::vector<run::RunRequest> requests;
  for (const int chips : {16, 64}) {
    requests.push_back(request("bert-large-500k", "tpu-v3-pod", chips));
    requests.push_back(full(requests.back()));
  }
  const auto all = results(requests);
  check_alike(all[0], all[1]);
  check_alike(all[2], all[3]);
}

TEST_CASE("folded and full runs agree on the whole pod") {
  const auto folded = request("resnet-50", "tpu-v3-pod", 1024);
  const auto all = results({folded, full(folded)});
  check_alike(all[0], all[1]);
}

TEST_CASE("folded and full runs agree on boxes, with overlap and without") {
  auto folded = request("resnet-50", "dgx-1v", 16);
  auto exposed = folded;
  exposed.stack.gradients.overlap = false;
  const auto all = results({folded, full(folded), exposed, full(exposed)});
  check_alike(all[0], all[1]);
  check_alike(all[2], all[3]);
  CHECK(all[0].step.seconds.value < all[2].step.seconds.value);
}

TEST_CASE("published runs: within a factor of two where nothing unexplained is in them") {
  auto resnet_gpu = request("resnet-50", "gcp-8xv100", 8);
  resnet_gpu.plan.global_batch = 2048;
  for (const auto& run :
       results({request("resnet-50", "tpu-v3-pod", 4), resnet_gpu, request("xlnet-large", "tpu-v3-pod", 512),
                request("bert-large-500k", "tpu-v3-pod", 32)})) {
    CAPTURE(run.setup.workload, run.setup.platform);
    REQUIRE(run.published);
    CHECK(run.published->ratio > 0.5);
    CHECK(run.published->ratio < 2.0);
  }
}

TEST_CASE("the shipped catalogue runs in full: every workload on every platform") {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  std::vector<run::RunRequest> requests;
  for (const auto& workload : shipped.list(catalog::EntryKind::workload)) {
    for (const auto& platform : shipped.list(catalog::EntryKind::platform)) {
      run::RunRequest one_node = request(workload.name, platform.name, 0);
      one_node.chips = one_node.platform.node.chips;
      one_node.plan.global_batch = 2 * *one_node.chips * one_node.platform.chip.ranks;
      requests.push_back(one_node);
    }
  }
  REQUIRE(requests.size() >= 400);
  for (const auto& run : results(requests)) {
    CAPTURE(run.setup.workload, run.setup.platform, run.setup.chips);
    CHECK(run.step.seconds.value > run.step.bound_seconds);
    CHECK(run.step.seconds.low >= run.step.bound_seconds);
    CHECK(run.step.breakdown.total_seconds() == Approx(run.step.seconds.value).epsilon(1e-9));
    CHECK(run.step.mfu > 0);
    CHECK(run.step.mfu < 1);
    // Ranks that share the optimiser have the less to update the more they are, and a slice of whole cubes wraps on
    // three axes, which the smallest slices of such a pod do not: only there may more chips be worth more.
    const bool shared = shipped.stack(run.setup.stack).value.update.sharded;
    CHECK(run.scaling.efficiency <= (shared ? 1.6 : 1 + 1e-9));
    CHECK_FALSE(run.cost_usd.empty());
    for (const auto& phase : run.step.phases)
      CHECK(phase.timeline.back().end_seconds <= phase.step_seconds * (1 + 1e-9));
  }
}

TEST_CASE("a run is steps times step time, and its price whole devices by the hour") {
  auto asked = request("bert-large-500k", "tpu-v3-pod", 32);
  asked.steps = 7200;
  const auto run = results({asked}).front();
  CHECK(run.wall.parts.steps_seconds == Approx(7200 * run.step.seconds.value).epsilon(1e-12));
  // Two phases, each a start of 180 s.
  CHECK(run.wall.parts.start_up_seconds == 360);
  CHECK(run.wall.parts.evaluation_seconds == 0);
  // Weights and two states in fp32: 12 bytes a parameter at 0.5 GB/s from one host, every ten minutes.
  CHECK(run.wall.checkpoint->write_seconds == Approx(12 * run.setup.parameters / 0.5e9));
  CHECK(run.wall.checkpoint->count == std::ceil(7200 * run.step.seconds.value / 600));
  CHECK(run.wall.parts.checkpoint_seconds ==
        Approx(static_cast<double>(run.wall.checkpoint->count) * run.wall.checkpoint->stall_seconds));
  CHECK(run.wall.seconds.value == Approx(run.wall.parts.total_seconds()).epsilon(1e-12));
  const double hours = run.wall.seconds.value / 3600;
  CHECK(run.cost_usd.at("on_demand") == Approx(8 * 8.00 * hours));
  CHECK(run.cost_usd.at("preemptible") == Approx(8 * 2.40 * hours));
  CHECK_FALSE(run.published);
  // Five chips pay for two devices.
  CHECK(run::cost_usd(asked.platform, {.chips = 5, .seconds = 3600}).at("on_demand") == Approx(16));
}

TEST_CASE("a step is the mean of its phases by their share") {
  const auto run = results({request("bert-large", "tpu-v3-pod", 64)}).front();
  REQUIRE(run.step.phases.size() == 2);
  CHECK(run.step.seconds.value ==
        Approx(0.9 * run.step.phases[0].step_seconds + 0.1 * run.step.phases[1].step_seconds).epsilon(1e-12));
  CHECK(run.step.model_flops ==
        Approx(0.9 * run.step.phases[0].model_flops_per_step + 0.1 * run.step.phases[1].model_flops_per_step));
}

TEST_CASE("accumulated passes cost more time and less memory") {
  const auto whole = request("bert-large", "gcp-8xv100", 8);
  auto parts = whole;
  parts.plan.micro_batch = 4;
  const auto all = results({whole, parts});
  CHECK_FALSE(all[0].memory.fits());
  CHECK(all[1].memory.fits());
  CHECK(all[1].step.seconds.value > all[0].step.seconds.value);
  CHECK(all[1].step.model_flops == Approx(all[0].step.model_flops));
}

TEST_CASE("faster links never make a run slower") {
  std::vector<run::RunRequest> requests;
  for (const double factor : {0.5, 1.0, 2.0, 4.0}) {
    requests.push_back(request("bert-large-500k", "tpu-v3-pod", 256));
    std::get<catalog::Torus>(requests.back().platform.interconnect).link_bytes_per_second *= factor;
  }
  const auto all = results(requests);
  for (size_t i = 1; i < all.size(); ++i) CHECK(all[i].step.seconds.value < all[i - 1].step.seconds.value);
}

TEST_CASE("an impossible request keeps its reason and the others run") {
  auto odd = request("bert-large-500k", "tpu-v3-pod", 48);
  const auto outcomes = run::run_all({odd, request("bert-large-500k", "tpu-v3-pod", 16)});
  REQUIRE(std::holds_alternative<run::ImpossibleRun>(outcomes[0]));
  CHECK(std::get<run::ImpossibleRun>(outcomes[0]).reason.substr(0, 55) ==
        "--chips 48: tpu-v3-pod has no slice of 48 chips; legal ");
  CHECK(std::holds_alternative<run::RunResult>(outcomes[1]));
}

TEST_CASE("nothing to simulate is no failure") {
  const auto outcomes = run::run_all({request("bert-large-500k", "tpu-v3-pod", 48)});
  CHECK(std::holds_alternative<run::ImpossibleRun>(outcomes.front()));
}
