#include "parallel/plan/plan.hpp"

#include "platform/impossible.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

namespace {

catalog::Workload plan_recipe() {
  catalog::Workload workload;
  workload.training.global_batch = 1024;
  workload.training.steps = 1000;
  workload.training.phases = {{}};
  return workload;
}

parallel::Plan plan(int64_t chips, const parallel::PlanChoice& choice) {
  const auto pod = tests::torus_machine({32, 32}, {{2, 2}, {4, 4}, {32, 32}}, 2);
  return parallel::make_plan(plan_recipe(), pod, {}, platform::choose_slice(pod, chips, {}), choice);
}

}  // namespace

TEST_CASE("a plan follows the recipe") {
  const auto p = plan(16, {});
  CHECK(p.ranks == 32);
  CHECK(p.ranks_per_node == 8);
  CHECK(p.batch.local == 32);
  CHECK(p.batch.micro == 32);
  CHECK(p.batch.passes == 1);
  CHECK(p.notes.empty());
}

TEST_CASE("ranks of several pods share no node") {
  auto pod = tests::torus_machine({32, 32}, {{1, 1}, {2, 2}}, 2);
  std::get<catalog::Torus>(pod.interconnect).data_center = {.node_bytes_per_second = 1e9, .max_pods = 8};
  const auto ranks_per_node = [&](const std::vector<int>& shape) {
    return parallel::make_plan(plan_recipe(), pod, {}, platform::choose_slice(pod, {}, shape), {}).ranks_per_node;
  };
  CHECK(ranks_per_node({4, 1, 1}) == 2);
  CHECK(ranks_per_node({4, 2, 2}) == 8);
}

TEST_CASE("micro-batches are passes of a step") {
  const auto p = plan(16, {.micro_batch = 8});
  CHECK(p.batch.passes == 4);
  CHECK_THROWS_WITH(plan(16, {.micro_batch = 5}),
                    "--micro-batch 5: does not divide the 32 examples of a rank\n  way out: take 4");
  CHECK_THROWS_WITH(plan(16, {.micro_batch = 64}),
                    "--micro-batch 64: does not divide the 32 examples of a rank\n  way out: take 32");
}

TEST_CASE("a batch with fewer examples than ranks is raised, or impossible where it must not be") {
  const auto p = plan(1024, {});
  CHECK(p.batch.global == 2048);
  REQUIRE(p.notes.size() == 1);
  CHECK(p.notes[0] == "batch raised from the recipe's 1024 to 2048: one example for each of 2048 ranks");
  CHECK_THROWS_AS(plan(1024, {.raise_batch = false}), platform::Impossible);
}

TEST_CASE("a batch that does not divide over the ranks is refused with the nearest that does") {
  CHECK_THROWS_WITH(
      plan(16, {.global_batch = 1000}),
      "--batch 1000: does not divide over the 32 ranks of 16 chips (4x4)\n  way out: take --batch 992 or 1024");
  CHECK_THROWS_WITH(plan(1024, {.global_batch = 1000}),
                    "--batch 1000: does not divide over the 2048 ranks of 1024 chips (32x32)\n"
                    "  way out: take --batch 2048 or more, in multiples of 2048");
  CHECK_THROWS_WITH(plan(1024, {.raise_batch = false}),
                    "the recipe's batch of 1024: does not divide over the 2048 ranks of 1024 chips (32x32)\n"
                    "  way out: take --batch 2048 or more, in multiples of 2048");
}

TEST_CASE("a phase with another batch has more examples in as many passes") {
  const auto p = plan(16, {.micro_batch = 8});
  const parallel::BatchShape batch = p.batch_of({.name = "long", .batch_factor = 3});
  CHECK(batch.global == 3 * 1024);
  CHECK(batch.local == 3 * 32);
  CHECK(batch.micro == 3 * 8);
  CHECK(batch.passes == 4);
  CHECK(batch.micro * batch.passes * p.ranks == batch.global);
}

TEST_CASE("a layout with a fixed micro-batch has more passes in a phase with another batch") {
  catalog::Transformer model;
  model.layers = 4;
  model.hidden = model.feed_forward = 64;
  model.heads = 4;
  model.vocabulary = 64;
  catalog::Workload workload = plan_recipe();
  workload.model = model;
  workload.training.phases = {{.name = "", .sequence_length = 64}};
  const auto pod = tests::torus_machine({32, 32}, {{2, 2}, {4, 4}}, 2);
  const auto of_phase = [&](const parallel::PlanChoice& choice) {
    const auto laid = parallel::make_plan(workload, pod, {}, platform::choose_slice(pod, 16, {}), choice);
    const catalog::TrainingPhase phase{.name = "long", .batch_factor = 3};
    CHECK(laid.of_phase(phase).batch.passes == laid.batch_of(phase).passes);
    return laid.batch_of(phase);
  };
  const auto fixed = of_phase({.micro_batch = 8, .tensor = 2});  // 64 examples of a replica
  CHECK(fixed.micro == 8);
  CHECK(fixed.passes == 3 * 8);
  CHECK(of_phase({.micro_batch = 64, .tensor = 2}).passes == 3);
  const auto open = of_phase({.tensor = 2});
  CHECK(open.micro == 3 * 64);
  CHECK(open.passes == 1);
  const auto pipeline = of_phase({.pipeline = 2});
  CHECK(pipeline.micro == 1);
  CHECK(pipeline.passes == 3 * 64);
}

TEST_CASE("stages of ZeRO follow the choice, else the stack, and one rank shares with nobody") {
  const auto pod = tests::torus_machine({32, 32}, {{1, 1}, {4, 4}}, 1);
  catalog::Stack sharding;
  sharding.update.sharded = true;
  const auto made = [&](int64_t chips, const catalog::Stack& stack, const parallel::PlanChoice& choice) {
    return parallel::make_plan(plan_recipe(), pod, stack, platform::choose_slice(pod, chips, {}), choice);
  };
  CHECK(made(16, sharding, {}).zero == 1);
  CHECK(made(16, sharding, {}).update_shards == 16);
  CHECK(made(16, sharding, {.zero = 0}).update_shards == 1);
  CHECK(made(16, {}, {}).zero == 0);
  CHECK(made(16, {}, {.zero = 1}).update_shards == 16);
  CHECK(made(1, sharding, {.zero = 1}).zero == 0);
}

TEST_CASE("a made plan taken as a choice leads to the same plan") {
  const parallel::PlanChoice first = parallel::settled(plan(16, {.micro_batch = 8, .zero = 1}));
  CHECK(first.global_batch == 1024);
  CHECK(first.recompute == catalog::Recompute::none);
  CHECK(parallel::settled(plan(16, first)) == first);
}
