#include "run/layout.hpp"

#include "catalog/lookup/catalog.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace podsim;

namespace {

/// BERT-Large with two phases that differ by the batch alone.
run::RunRequest mixed_batches(int64_t factor) {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = shipped.workload("bert-large-500k").value;
  request.platform = shipped.platform("tpu-v3-pod").value;
  request.stack = shipped.default_stack(request.platform.chip, request.workload).value;
  request.stack.input.per_node[request.workload.training.input] = 10'000;
  request.chips = 32;
  request.plan.micro_batch = 4;
  auto& phases = request.workload.training.phases;
  phases.at(1) = phases.at(0);
  phases.at(0).batch_factor = factor;
  return request;
}

}  // namespace

TEST_CASE("a phase with another batch is fed, computes and is laid out by its own examples, in as many passes") {
  const run::Layout layout = run::lay_out(mixed_batches(3));
  REQUIRE(layout.programs.size() == 2);
  CHECK(layout.plan.batch.global == 1024);
  CHECK(layout.plan.batch.passes == 4);
  CHECK(layout.programs[1].input_seconds > 0);
  CHECK(layout.programs[0].input_seconds == Approx(3 * layout.programs[1].input_seconds).epsilon(1e-12));
  CHECK(layout.graphs[0].model_flops() == Approx(3 * layout.graphs[1].model_flops()).epsilon(1e-9));
  CHECK(layout.graphs[0].parameters() == layout.graphs[1].parameters());
}

TEST_CASE("the baseline of the scaling has the examples of a rank of each phase") {
  const run::RunRequest request = mixed_batches(3);
  const run::Layout layout = run::lay_out(request);
  const run::Layout baseline = run::lay_out_baseline(request, layout).value();
  CHECK(baseline.plan.batch.local == layout.plan.batch.local);
  CHECK(baseline.plan.batch.micro == layout.plan.batch.micro);
  // A smallest slice of one host feeds as many ranks a node as the hosts of the larger one do.
  REQUIRE(baseline.plan.ranks_per_node == layout.plan.ranks_per_node);
  for (size_t i = 0; i < 2; ++i) CHECK(baseline.programs[i].input_seconds == layout.programs[i].input_seconds);
}

TEST_CASE("input of which nobody gives a limit is assumed to keep up, and the result says so") {
  run::RunRequest request = mixed_batches(3);
  const std::string note = "text input is assumed to keep up: stack " + request.stack.name + " gives no limit of it";
  const auto tells = [&] {
    const auto notes = run::lay_out(request).plan.notes;
    return std::find(notes.begin(), notes.end(), note) != notes.end();
  };
  CHECK_FALSE(tells());
  request.stack.input = {};
  CHECK(tells());
}
