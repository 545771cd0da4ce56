#include "catalog/lookup/catalog.hpp"
#include "run/run.hpp"
#include "workload/models/expand.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace podsim;

namespace {

run::RunRequest shipped_run(const std::string& workload, const std::string& platform, int64_t chips) {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = shipped.workload(workload).value;
  request.platform = shipped.platform(platform).value;
  request.stack = shipped.default_stack(request.platform.chip, request.workload).value;
  request.chips = chips;
  request.with_baseline = false;
  return request;
}

std::vector<run::RunResult> results_of(const std::vector<run::RunRequest>& requests) {
  std::vector<run::RunResult> results;
  for (auto& outcome : run::run_all(requests)) results.push_back(std::get<run::RunResult>(outcome));
  return results;
}

/// Gradients on the timeline of one step.
double gradient_bytes(const run::PhaseResult& phase) {
  double bytes = 0;
  for (const auto& entry : phase.timeline) {
    if (entry.category == "collective" && entry.name.find("of bucket") != std::string::npos) bytes += entry.bytes;
  }
  return bytes;
}

/// The whole model for one example.
workload::Graph whole_model(const run::RunRequest& request) {
  return workload::expand(request.workload, request.workload.training.phases.front(), 1, request.stack);
}

/// A run whose nodes get no more than these examples a second.
run::RunRequest fed(run::RunRequest request, double examples_per_second) {
  request.stack.input = {};
  request.stack.input.per_node = {{request.workload.training.input, examples_per_second}};
  return request;
}

}  // namespace

TEST_CASE("a discriminator that is updated twice a step sends its gradients twice") {
  auto once = shipped_run("biggan-128", "dgx-1v", 8);
  once.plan.global_batch = 16;
  once.plan.zero = 0;
  std::get<catalog::Gan>(once.workload.model).discriminator_steps = 1;
  auto twice = once;
  std::get<catalog::Gan>(twice.workload.model).discriminator_steps = 2;
  double discriminator = 0;
  double generator = 0;
  for (const auto& layer : whole_model(twice).layers)
    (layer.updates == 2 ? discriminator : generator) += layer.parameters;
  REQUIRE(discriminator > 0);
  const double bytes = catalog::bytes_of(once.stack.formats.gradient);
  const auto all = results_of({once, twice});
  CHECK(gradient_bytes(all[0].step.phases[0]) == Approx((generator + discriminator) * bytes).epsilon(1e-12));
  CHECK(gradient_bytes(all[1].step.phases[0]) == Approx((generator + 2 * discriminator) * bytes).epsilon(1e-12));
}

TEST_CASE("the model's FLOPs are those of all examples, on chips of one rank and of two") {
  std::vector<run::RunRequest> requests{shipped_run("bert-large-500k", "tpu-v3-pod", 4),
                                        shipped_run("bert-large-500k", "dgx-1v", 4)};
  for (auto& asked : requests) {
    asked.plan.global_batch = 64;
    asked.plan.micro_batch = 2;
  }
  const auto all = results_of(requests);
  REQUIRE(all[0].plan.ranks == 8);
  for (size_t i = 0; i < all.size(); ++i) {
    CAPTURE(all[i].setup.platform);
    CHECK(all[i].step.phases[0].model_flops_per_step ==
          Approx(64 * whole_model(requests[i]).model_flops()).epsilon(1e-12));
  }
}

TEST_CASE("a phase with another batch waits for as many examples") {
  auto gan = fed(shipped_run("stylegan-256", "dgx-1v", 8), 10);
  REQUIRE(gan.workload.training.phases.size() > 2);
  auto full = gan;
  full.full = true;
  for (const auto& run : results_of({gan, full})) {
    for (size_t i = 0; i < run.step.phases.size(); ++i) {
      const auto& phase = run.step.phases[i];
      CAPTURE(run.simulation.mode, phase.name);
      CHECK(phase.global_batch == run.plan.global_batch() * gan.workload.training.phases[i].batch_factor);
      CHECK(phase.step_seconds == Approx(static_cast<double>(phase.global_batch) / 10).epsilon(1e-9));
      CHECK(phase.breakdown.input_seconds > 0);
    }
  }
}

TEST_CASE("every node of several pods feeds its own ranks") {
  auto pods = fed(shipped_run("bert-large-500k", "tpu-v5e-pod", 4), 10);
  pods.chips.reset();
  pods.slice = {4, 1, 1};  // four nodes with a chip each
  pods.plan.global_batch = 40;
  CHECK(results_of({pods}).front().step.seconds.value == Approx(1).epsilon(1e-9));
}

TEST_CASE("ranks that share the optimiser share its master weights too") {
  auto shared = shipped_run("bert-large", "dgx-1v", 8);
  shared.plan.zero = 1;
  shared.stack.formats.master_weights = true;
  auto whole = shared;
  whole.plan.zero = 0;
  const auto all = results_of({shared, whole});
  // Two states and the master weight of four bytes each.
  CHECK(all[0].memory.optimizer_bytes == Approx(12 * all[0].setup.parameters / 8).epsilon(1e-12));
  CHECK(all[1].memory.optimizer_bytes == Approx(12 * all[0].setup.parameters).epsilon(1e-12));
}

TEST_CASE("statistics over all ranks: folded and full runs agree") {
  std::vector<run::RunRequest> requests;
  for (const char* platform : {"tpu-v2-pod", "tpu-v3-pod", "dgx-1v"}) {
    for (const int chips : {4, 8, 16, 32, 64}) {
      for (const char* workload : {"biggan-128", "biggan-256", "biggan-512"}) {
        auto folded = shipped_run(workload, platform, chips);
        REQUIRE(std::get<catalog::Gan>(folded.workload.model).cross_replica_batch_norm);
        folded.timeline = false;
        requests.push_back(folded);
        requests.push_back(folded);
        requests.back().full = true;
      }
    }
  }
  const auto outcomes = run::run_all(requests);
  int compared = 0;
  for (size_t i = 0; i < outcomes.size(); i += 2) {
    const auto* folded = std::get_if<run::RunResult>(&outcomes[i]);
    const auto* full = std::get_if<run::RunResult>(&outcomes[i + 1]);
    REQUIRE((folded == nullptr) == (full == nullptr));
    if (folded == nullptr) continue;  // no slice of so many chips
    ++compared;
    CAPTURE(folded->setup.workload, folded->setup.platform, folded->setup.chips);
    CHECK(full->step.seconds.value == Approx(folded->step.seconds.value).epsilon(1e-6));
    CHECK(full->step.breakdown.exposed_communication_seconds ==
          Approx(folded->step.breakdown.exposed_communication_seconds).epsilon(1e-6));
    CHECK(full->step.breakdown.compute_seconds == Approx(folded->step.breakdown.compute_seconds).epsilon(1e-6));
  }
  CHECK(compared >= 36);
}
