#include "run/elasticity.hpp"

#include "catalog/lookup/catalog.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <numeric>

using namespace podsim;

namespace {

run::RunRequest bert(int64_t chips, const std::string& platform = "tpu-v3-pod") {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = shipped.workload("bert-large").value;
  request.platform = shipped.platform(platform).value;
  request.stack = shipped.default_stack(request.platform.chip, request.workload).value;
  request.chips = chips;
  return request;
}

double share(const run::RunResult& result, const std::string& part) {
  for (const auto& elasticity : result.explanation.parts) {
    if (elasticity.resource == part) return elasticity.value;
  }
  FAIL("no part " + part);
  return 0;
}

double sum(const std::vector<run::Elasticity>& elasticities) {
  return std::accumulate(elasticities.begin(), elasticities.end(), 0.0,
                         [](double sum, const auto& elasticity) { return sum + elasticity.value; });
}

}  // namespace

TEST_CASE("the elasticity of a step that is a sum of works over rates is the share of the step") {
  // 6 s of products, 3 s of memory, 1 s of the host: with ten percent more matrix rate 6 / 1.1 + 4.
  CHECK(run::elasticity(10, 6 / 1.1 + 4) == Approx(0.6));
  CHECK(run::elasticity(10, 6 + 3 / 1.1 + 1) == Approx(0.3));
  CHECK(run::elasticity(10, 10 / 1.1) == Approx(1));
  CHECK(run::elasticity(10, 10) == 0);
  // Two parts side by side that take equally long: neither alone helps.
  CHECK(run::elasticity(10, std::max(10 / 1.1, 10.0)) == 0);
  CHECK(run::better_seconds(10, 0.6) == Approx(6 / 1.1 + 4));
  CHECK(run::loss(10, 6 * 1.1 + 4) == Approx(0.6));
  CHECK(run::loss(10, std::max(10 * 1.1, 10.0)) == Approx(1));
}

TEST_CASE("what binds is the largest resource of the largest part of the machine") {
  run::RunResult result;
  CHECK(run::binding(result).empty());
  // The host is the largest single resource, but the chip as a whole takes most of the step.
  result.explanation.resources = {{"host", 0.4}, {"matrix_rate", 0.35}, {"memory_rate", 0.2}, {"network", 0.05}};
  result.explanation.parts = {{"chip", 0.55}, {"host", 0.4}, {"network", 0.05}};
  CHECK(run::binding(result) == "matrix_rate");
  result.explanation.parts = {{"host", 0.6}, {"chip", 0.4}};
  CHECK(run::binding(result) == "host");
  // PCIe and cards are equally slow: each alone brings nothing, both together do, and each costs if it gets slower.
  result.explanation.resources = {{"matrix_rate", 0.3}, {"nvlink", 0.01}, {"pcie", 0}, {"network", 0}};
  result.explanation.parts = {{"links", 0.7}, {"chip", 0.3}};
  result.explanation.links = {{"pcie", 0.7}, {"network", 0.69}, {"nvlink", 0.01}};
  CHECK(run::binding(result) == "pcie+network");
  result.explanation.links = {{"network", 0.7}, {"pcie", 0.1}, {"nvlink", 0}};
  CHECK(run::binding(result) == "network");
}

TEST_CASE("in a step without overlap the parts of the machine have their shares of the step") {
  std::vector<run::RunRequest> requests;
  for (const int chips : {16, 256, 4096}) {
    requests.push_back(bert(chips));
    requests.back().stack.jitter = {};
  }
  for (const auto& outcome : run::run_all_with_elasticities(requests)) {
    const auto& result = std::get<run::RunResult>(outcome);
    const auto& step = result.step.breakdown;
    CAPTURE(result.setup.chips);
    CHECK(share(result, "chip") * step.total_seconds() == Approx(step.compute_seconds + step.optimizer_seconds));
    CHECK((share(result, "links") + share(result, "latency")) * step.total_seconds() ==
          Approx(step.exposed_communication_seconds));
    CHECK(share(result, "host") * step.total_seconds() == Approx(step.overhead_seconds));
    CHECK(share(result, "input") == 0);
  }
}

TEST_CASE("elasticities sum to about one, and what binds changes along the curve") {
  std::vector<run::RunRequest> requests;
  for (const char* platform : {"dgx-1v", "tpu-v3-pod"}) {
    for (const int chips : {16, 256, 4096}) requests.push_back(bert(chips, platform));
  }
  std::vector<std::string> binding;
  for (const auto& outcome : run::run_all_with_elasticities(requests)) {
    const auto& result = std::get<run::RunResult>(outcome);
    CAPTURE(result.setup.platform, result.setup.chips);
    for (const auto& elasticity : result.explanation.resources) CHECK(elasticity.value > -0.01);
    // Where gradients travel beside the backward pass, there is a kink at which they take equally long.
    const bool serial = result.setup.platform == "tpu-v3-pod";
    CHECK(sum(result.explanation.parts) == Approx(1).margin(serial ? 0.005 : 0.03));
    if (serial) CHECK(sum(result.explanation.resources) == Approx(1).margin(0.005));
    binding.push_back(run::binding(result));
  }
  // The PCIe slots and the cards of a DGX-1 are equally fast: neither alone would help. The pod has 8
  // examples a rank at 16 chips, so that the update's bytes weigh, and its stack a host loop that grows with the slice.
  CHECK(binding ==
        std::vector<std::string>{"matrix_rate", "pcie+network", "pcie+network", "memory_rate", "host", "host"});
}

TEST_CASE("a request that cannot run has no elasticities and does not disturb the others") {
  const auto outcomes = run::run_all_with_elasticities({bert(5), bert(16)});
  CHECK(std::holds_alternative<run::ImpossibleRun>(outcomes[0]));
  CHECK_FALSE(std::get<run::RunResult>(outcomes[1]).explanation.resources.empty());
}

TEST_CASE("no elasticity is below zero without a note that says why") {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = shipped.workload("alexnet").value;
  request.platform = shipped.platform("dgx-h100").value;
  request.stack = catalog::for_chip(shipped.stack("generic").value, request.platform.chip);
  request.chips = 64;
  request.plan.zero = 0;
  const auto outcome = run::run_all_with_elasticities({request}).front();
  const auto& result = std::get<run::RunResult>(outcome);
  int below = 0;
  for (const auto& elasticity : result.explanation.resources) {
    if (elasticity.value > -1e-9) continue;
    ++below;
    CAPTURE(elasticity.resource);
    CHECK(std::any_of(result.notes.begin(), result.notes.end(), [&](const std::string& note) {
      return note.starts_with("10 % more of " + elasticity.resource +
                              ": the kernels of a pass wait for the host alike");
    }));
  }
  CHECK(below > 0);
}
