#include "study/point/run_spec.hpp"

#include "study/point/resolver.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

namespace {

catalog::Workload with_phase(const std::string& workload, const std::string& phase) {
  study::RunSpec spec;
  spec.workload = workload;
  spec.platform = "tpu-v3-pod";
  spec.phase = phase;
  return study::resolve(catalog::Catalog::standard(), spec).request.workload;
}

}  // namespace

TEST_CASE("a phase alone has its share of the steps") {
  const auto workload = with_phase("bert-large-500k", "length-512");
  REQUIRE(workload.training.phases.size() == 1);
  CHECK(workload.training.phases[0].share_of_steps == 1);
  CHECK(workload.training.phases[0].sequence_length == 512);
  CHECK(workload.training.steps == 50000);
  CHECK(workload.training.global_batch == 1024);
}

TEST_CASE("a phase with a batch of its own has it alone too") {
  const auto first = with_phase("bert-large-mixed-batch", "length-128");
  CHECK(first.training.steps == 7038);
  CHECK(first.training.global_batch == 65536);
  CHECK(first.training.mean_batch_factor() == 1);
  const auto second = with_phase("bert-large-mixed-batch", "length-512");
  CHECK(second.training.steps == 1561);
  CHECK(second.training.global_batch == 32768);
}
