#include "step/code/groups.hpp"

#include "step/isolated.hpp"
#include "step/paper_pipeline.hpp"
#include "step/simulation.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using collective::Operation;
using parallel::Activity;
using parallel::Await;
using parallel::Start;
using parallel::Work;

namespace {

/// Two stages of two ranks. Rank r sends to r + 2; the ranks of a stage reduce gradients; r and r + 2 reduce tied weights.
parallel::StepProgram two_by_two() {
  parallel::StepProgram program;
  program.streams = {{{.size = 2, .stride = 2}, {0, 2, 4}},
                     {{.size = 2, .stride = 1}, {0, 2, 4}},
                     {{.size = 2, .stride = 1}, {2, 2, 4}},
                     {{.size = 2, .stride = 2}, {0, 2, 4}}};
  program.messages = {{0, parallel::Traffic::activations, Operation::send, 1e9, 0},
                      {1, parallel::Traffic::gradients, Operation::all_reduce, 2e9, 0},
                      {2, parallel::Traffic::gradients, Operation::all_reduce, 3e9, 0},
                      {3, parallel::Traffic::tied, Operation::all_reduce, 0.5e9, 0}};
  program.add_kind({Work{Activity::forward, 1}, Start{0}, Start{3}, Start{1}, Await{1}, Await{3}});
  program.add_kind({Await{0}, Work{Activity::forward, 2}, Start{3}, Start{2}, Await{2}, Await{3}});
  return program;
}

/// Each demand over a link of its own, its bytes at 1 GB/s.
collective::Collectives with_links_of_their_own(const std::vector<collective::Demand>& demands) {
  collective::Collectives collectives;
  for (const auto& demand : demands) {
    const int link = collectives.network.add_link("link", 1e9);
    const int route = collectives.network.add_route({.links = {link}});
    collectives.schedules[demand].phases = {{.name = "flow", .flows = {{route, 1}}}};
  }
  return collectives;
}

std::vector<int> instances_of(const parallel::StepProgram& program, Operation operation, int stride, bool full) {
  std::vector<int> instances;
  for (const auto& demand : step::demands_of(program, 4, full)) {
    if (demand.operation == operation && demand.group.stride == stride) instances.push_back(demand.instance);
  }
  return instances;
}

}  // namespace

TEST_CASE("folded, a message is asked for once, in full by each group of its place, unless there is only one") {
  const auto program = two_by_two();
  CHECK(step::demands_of(program, 4, false).size() == 4);
  CHECK(instances_of(program, Operation::send, 2, true) == std::vector{0, 1});
  CHECK(instances_of(program, Operation::all_reduce, 2, true) == std::vector{0, 1});
  // One group in each stage.
  CHECK(instances_of(program, Operation::all_reduce, 1, true) == std::vector{-1, -1});
}

TEST_CASE("a rank's group is known by its first rank, a send's by the sender") {
  auto program = two_by_two();
  const step::Groups groups(program, 4, true);
  CHECK(groups.of_rank(0, 1) == 1);
  CHECK(groups.of_rank(0, 3) == 1);
  CHECK(groups.of_rank(3, 2) == 0);
  program.streams[0] = {{.size = 2, .stride = -2}, {2, 2, 4}};
  const step::Groups back(program, 4, true);
  CHECK(back.of_rank(0, 3) == 3);
  CHECK(back.of_rank(0, 1) == 3);
  program.streams[0].place = {2, 1, 4};  // one group: all of it
  CHECK(step::Groups(program, 4, true).of_rank(0, 0) == collective::kAllGroups);
}

TEST_CASE("groups one by one and all together take the same, with links of their own") {
  const auto program = two_by_two();
  for (const bool full : {false, true}) {
    const auto numbers = tests::isolated([&] {
      step::Simulation simulation;
      simulation.add({.name = "two by two",
                      .collectives = with_links_of_their_own(step::demands_of(program, 4, full)),
                      .kinds = full ? std::vector<size_t>{0, 0, 1, 1} : std::vector<size_t>{0, 1},
                      .programs = {program},
                      .full = full});
      const auto step = simulation.run().front().front();
      return std::vector{step.seconds, step.kinds[0].bubble_seconds, step.kinds[0].exposed_communication_seconds,
                         step.kinds[1].bubble_seconds, step.kinds[1].exposed_communication_seconds};
    });
    // The first stage works 1 s, reduces for 2 s, waits 1 s for the second to start, 0.5 s for the tied weights, and 2.5 s.
    CHECK(numbers[0] == Approx(1 + 1 + 2 + 3).epsilon(1e-9));
    CHECK(numbers[1] == Approx(1 + 2.5).epsilon(1e-9));
    CHECK(numbers[2] == Approx(2 + 0.5).epsilon(1e-9));
    CHECK(numbers[3] == Approx(1).epsilon(1e-9));
    CHECK(numbers[4] == Approx(1 + 3).epsilon(1e-9));
  }
}

TEST_CASE("a send that both ends start waits for the later of them") {
  auto program = two_by_two();
  program.blocks[0] = {Work{Activity::forward, 1}, Start{0}, Await{0}};
  program.blocks[1] = {Work{Activity::forward, 1.5}, Start{0}, Await{0}};
  program.messages.resize(1);
  step::Simulation simulation;
  simulation.add({.name = "both",
                  .collectives = with_links_of_their_own(step::demands_of(program, 4, true)),
                  .kinds = {0, 0, 1, 1},
                  .programs = {program},
                  .full = true});
  const auto step = simulation.run().front().front();
  CHECK(step.seconds == Approx(1.5 + 1).epsilon(1e-9));
  CHECK(step.kinds[0].bubble_seconds == Approx(0.5).epsilon(1e-9));
}

TEST_CASE("a rank in none of a message's groups cannot take part in it") {
  auto program = two_by_two();
  program.streams[0].place = {0, 3, 4};  // rank 2 would send to rank 4
  step::Simulation simulation;
  simulation.add({.name = "lost",
                  .collectives = with_links_of_their_own(step::demands_of(program, 4, true)),
                  .kinds = {0, 0, 1, 1},
                  .programs = {program},
                  .full = true});
  CHECK_THROWS_WITH(simulation.run(), "lost: rank 2 takes part in message 0, but is in none of its groups");
}
