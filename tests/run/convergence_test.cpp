#include "run/account/convergence.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using catalog::ConvergenceLaw;

namespace {

catalog::Workload thousand_steps() {
  catalog::Workload workload;
  workload.training.global_batch = 1024;
  workload.training.steps = 1000;
  workload.training.phases = {{}};
  return workload;
}

/// The recipe takes 1,000 steps at a batch of 1,024 examples; twice the fewest at 1,024.
catalog::Workload critical() {
  catalog::Workload workload = thousand_steps();
  workload.convergence = {.law = ConvergenceLaw::critical_batch,
                          .assumed = false,
                          .critical_batch = 1024,
                          .points = {},
                          .least_batch = 256,
                          .largest_batch = 8192};
  return workload;
}

catalog::Workload measured() {
  catalog::Workload workload = thousand_steps();
  workload.convergence = {.law = ConvergenceLaw::table,
                          .assumed = false,
                          .points = {{1024, 1e6}, {4096, 1e6}, {16384, 4e6}},
                          .least_batch = 1024,
                          .largest_batch = 16384};
  return workload;
}

int64_t steps(const catalog::Workload& workload, int64_t batch) {
  return run::training_length(workload, batch, std::nullopt).steps;
}

}  // namespace

TEST_CASE("the recipe's batch takes the recipe's steps under every law") {
  for (const auto& workload : {thousand_steps(), critical(), measured()}) {
    const auto length = run::training_length(workload, 1024, std::nullopt);
    CHECK(length.steps == 1000);
    CHECK(length.notes.empty());
  }
}

TEST_CASE("steps that are asked for are taken as they are") {
  const auto length = run::training_length(critical(), 1 << 20, 7);
  CHECK(length.steps == 7);
  CHECK(length.notes.empty());
}

TEST_CASE("without a law the same examples are seen, and the note calls it assumed") {
  const auto length = run::training_length(thousand_steps(), 3000, std::nullopt);
  CHECK(length.steps == 342);  // 1,024,000 / 3,000 rounded up
  REQUIRE(length.notes.size() == 1);
  CHECK(length.notes[0] ==
        "steps follow the batch so that the recipe's 1.024e+06 examples are seen (assumed, the workload has no law of "
        "convergence): 342");
}

TEST_CASE("epochs become steps of whole batches") {
  auto workload = thousand_steps();
  workload.training.steps.reset();
  workload.training.epochs = 61;
  workload.training.examples_per_epoch = 1281167;
  CHECK(steps(workload, 1024) == 76320);  // 61 x 1,281,167 / 1,024 = 76,319.5
}

TEST_CASE("tokens become steps by the mean length of an example") {
  auto workload = thousand_steps();
  workload.training.steps.reset();
  workload.training.tokens = 300e9;
  workload.training.phases = {{.name = "all", .share_of_steps = 1, .sequence_length = 2048}};
  CHECK(steps(workload, 1536) == 95368);  // 300e9 / (1,536 x 2,048) = 95,367.4
  workload.training.phases = {{.name = "short", .share_of_steps = 0.9, .sequence_length = 128},
                              {.name = "long", .share_of_steps = 0.1, .sequence_length = 512}};
  CHECK(steps(workload, 1000) == 1802885);  // 166.4 tokens an example: 1,802,884.6
}

TEST_CASE("the critical-batch law: steps = S_min (1 + B_crit / B)") {
  // S_min is 500: 1,000 steps at B_crit.
  CHECK(steps(critical(), 512) == 1500);
  CHECK(steps(critical(), 2048) == 750);
  CHECK(steps(critical(), 4096) == 625);
  CHECK(run::examples_to_target(critical(), 2048) == Approx(750 * 2048));
  const auto length = run::training_length(critical(), 2048, std::nullopt);
  REQUIRE(length.notes.size() == 1);
  CHECK(
      length.notes[0] ==
      "steps follow the batch by the law of the critical batch (1024 examples): 750, 1.5 times the recipe's examples");
}

TEST_CASE("outside its range a law is doubted") {
  const auto length = run::training_length(critical(), 16384, std::nullopt);
  REQUIRE(length.notes.size() == 2);
  CHECK(length.notes[1] ==
        "warning: a batch of 16384 is outside 256 to 8192, where the law of convergence was seen to hold");
  CHECK_FALSE(run::law_holds(critical().convergence, 16384));
  CHECK_FALSE(run::law_holds(critical().convergence, 255));
  CHECK(run::law_holds(critical().convergence, 8192));
  CHECK(run::law_holds(thousand_steps().convergence, 1e12));
}

TEST_CASE("a table is straight between its points on logarithmic axes") {
  // The recipe's 1,024,000 examples at 1,024; four times as many at 16,384, twice as many half-way, at 8,192.
  CHECK(run::examples_to_target(measured(), 4096) == Approx(1.024e6));
  CHECK(run::examples_to_target(measured(), 8192) == Approx(2 * 1.024e6));
  CHECK(run::examples_to_target(measured(), 16384) == Approx(4 * 1.024e6));
  CHECK(steps(measured(), 2048) == 500);
}

TEST_CASE("beyond a table's ends: its first examples below, its last steps above") {
  CHECK(run::examples_to_target(measured(), 512) == Approx(1.024e6));
  CHECK(steps(measured(), 16384) == 250);
  CHECK(steps(measured(), 65536) == 250);
  CHECK(run::training_length(measured(), 65536, std::nullopt).notes[1] ==
        "warning: a batch of 65536 is outside 1024 to 16384, where the law of convergence was seen to hold; the steps "
        "stay those of 16384");
}

TEST_CASE("a recipe that names only a quality is as long as the measured runs") {
  auto workload = measured();
  workload.training.steps.reset();
  workload.training.quality = "75.9 % top-1";
  CHECK(steps(workload, 1024) == 977);  // 1e6 / 1,024 = 976.6
  CHECK(steps(workload, 16384) == 245);
}

TEST_CASE("the largest useful batch is where doubling it stops to save steps") {
  // 1,000, 750, 625, ...: the first doubling saves a factor of 1.33.
  CHECK(run::largest_useful_batch(critical(), 1.3) == 2048);
  CHECK(run::largest_useful_batch(critical(), 1.5) == 1024);
  // 1,000, 500, 250, 250: the third doubling saves nothing.
  CHECK(run::largest_useful_batch(measured(), 1.5) == 4096);
  CHECK_FALSE(run::largest_useful_batch(thousand_steps(), 1.5));
}

TEST_CASE("more examples a step never take more steps") {
  for (const auto& workload : {thousand_steps(), critical(), measured()}) {
    for (int64_t batch = 64; batch < (1 << 18); batch *= 2) {
      CHECK(steps(workload, 2 * batch) <= steps(workload, batch));
      CHECK(run::examples_to_target(workload, 2.0 * static_cast<double>(batch)) >=
            run::examples_to_target(workload, static_cast<double>(batch)) * (1 - 1e-12));
    }
  }
}
