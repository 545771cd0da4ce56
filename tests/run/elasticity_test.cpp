#include "run/elasticity.hpp"

#include "catalog/catalog.hpp"

#include <catch2/catch.hpp>

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

}  // namespace

TEST_CASE("elasticities sum to about one, and what binds changes along the curve") {
  std::vector<run::RunRequest> requests;
  for (const char* platform : {"dgx-1v", "tpu-v3-pod"}) {
    for (const int chips : {16, 256, 4096}) requests.push_back(bert(chips, platform));
  }
  // The PCIe slots and the cards of a DGX-1 are equally fast: neither alone would help. Here the cards are slower.
  for (auto& asked : requests) {
    auto* boxes = std::get_if<catalog::NvlinkBoxes>(&asked.platform.interconnect);
    if (boxes != nullptr) boxes->pcie_bytes_per_second *= 2;
  }
  const auto outcomes = run::run_all_with_elasticities(requests);
  REQUIRE(outcomes.size() == 6);
  std::vector<std::string> binding;
  for (const auto& outcome : outcomes) {
    const auto& result = std::get<run::RunResult>(outcome);
    double sum = 0;
    for (const auto& elasticity : result.elasticities) {
      CHECK(elasticity.value > -0.01);
      sum += elasticity.value;
    }
    CAPTURE(result.chips);
    CHECK(sum == Approx(1).margin(0.1));
    binding.push_back(result.elasticities.front().resource);
  }
  // Boxes: the products, then the cards; trees keep the steps between nodes from binding.
  CHECK(binding[0] == "matrix_rate");
  CHECK(binding[1] == "network");
  CHECK(binding[2] == "network");
  // The stack of that pod has a host loop that grows with the slice.
  CHECK(binding[5] == "host");
}

TEST_CASE("a request that cannot run has no elasticities and does not disturb the others") {
  const auto outcomes = run::run_all_with_elasticities({bert(5), bert(16)});
  CHECK(std::holds_alternative<run::ImpossibleRun>(outcomes[0]));
  CHECK_FALSE(std::get<run::RunResult>(outcomes[1]).elasticities.empty());
}
