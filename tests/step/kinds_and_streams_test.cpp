#include "step/isolated.hpp"
#include "step/paper_program.hpp"
#include "step/simulation.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using parallel::Activity;
using parallel::Await;
using parallel::Start;
using parallel::Work;
using tests::measure;
using tests::paper_program;
using tests::ring_of_four;
using tests::sum_of_parts;

TEST_CASE("work after a message that is awaited starts when that has arrived, folded and with every rank") {
  // 1 GB started after the forward pass takes 0.75 s, which nothing hides; two buckets of 2 GB follow.
  auto program = paper_program({2e9, 2e9, 1e9}, true);
  auto& code = program.blocks[0];
  code.insert(code.begin() + 2, {Start{2}, Await{2}});
  for (const size_t ranks : {1, 4}) {
    const auto numbers = tests::isolated([&] {
      const auto step = measure(program, ranks);
      return std::vector{step.seconds, step.exposed_communication_seconds, sum_of_parts(step)};
    });
    CHECK(numbers[0] == Approx(0.25 + 2 + 0.75 + 1 + 1.5 + 1.5 + 0.5));
    CHECK(numbers[1] == Approx(0.75 + 2));
    CHECK(numbers[2] == Approx(numbers[0]));
  }
}

TEST_CASE("a message of the last step is awaited where the next needs it") {
  // 4 GB started after the update take 3 s; the next step has done 0.25 s of host work and waits 2.75 s more. The first
  // step has nothing to wait for.
  parallel::StepProgram program;
  program.streams = {{{.size = 4}}};
  program.messages = {{.traffic = parallel::Traffic::weights, .bytes = 4e9}};
  program.add_kind({Work{Activity::overhead, 0.25}, Await{0, true}, Work{Activity::forward, 2},
                    Work{Activity::optimizer, 0.5}, Start{0}});
  for (const size_t ranks : {1, 4}) {
    const auto numbers = tests::isolated([&] {
      const auto step = measure(program, ranks);
      return std::vector{step.seconds, step.exposed_communication_seconds, static_cast<double>(step.steps)};
    });
    CHECK(numbers[0] == Approx(3 + 2 + 0.5).epsilon(1e-9));
    CHECK(numbers[1] == Approx(2.75).epsilon(1e-9));
    CHECK(numbers[2] == 3);
  }
}

TEST_CASE("kinds of ranks of one group wait for each other") {
  // The second kind starts the message 2 s later; both then need it, 0.75 s.
  parallel::StepProgram program;
  program.streams = {{{.size = 4}}};
  program.messages = {{.bytes = 1e9}};
  for (const double seconds : {1.0, 3.0}) {
    program.add_kind({Work{Activity::forward, seconds}, Start{0}, Await{0}, Work{Activity::optimizer, 1}});
  }
  step::Simulation simulation;
  simulation.add({.name = "kinds",
                  .collectives = ring_of_four(program),
                  .kinds = {0, 1},
                  .ranks_per_node = 2,
                  .programs = {program}});
  const auto step = simulation.run().front().front();
  CHECK(step.seconds == Approx(3 + 0.75 + 1).epsilon(1e-9));
  CHECK(step.kind == 1);
  CHECK(step.exposed_communication_seconds == Approx(0.75).epsilon(1e-9));
  CHECK(step.kinds[0].exposed_communication_seconds == Approx(0.75).epsilon(1e-9));
  CHECK(step.kinds[0].bubble_seconds == Approx(2).epsilon(1e-9));
}

TEST_CASE("streams play at the same time and share the links") {
  // Two all-reduces of 1 GB on the same ring: each has half of it, 1.5 s. One after the other they take 0.75 s each,
  // which the first of two messages of one stream would.
  parallel::StepProgram program;
  program.streams = {{{.size = 4}}, {{.size = 4}}};
  program.messages = {{.stream = 0, .bytes = 1e9}, {.stream = 1, .bytes = 1e9}};
  program.add_kind({Start{0}, Start{1}, Await{0}, Work{Activity::forward, 1}, Await{1}});
  const auto step = measure(program);
  CHECK(step.exposed_communication_seconds == Approx(1.5).epsilon(1e-9));
  CHECK(step.seconds == Approx(2.5).epsilon(1e-9));
}

TEST_CASE("ranks that wait for what nobody sends are a deadlock, and are reported") {
  // The second kind awaits a message that it has not started before the one that the first kind awaits.
  parallel::StepProgram program;
  program.streams = {{{.size = 4}}, {{.size = 4}}};
  program.messages = {{.stream = 0, .bytes = 1e9}, {.stream = 1, .bytes = 1e9}};
  program.add_kind({Start{0}, Await{0}, Start{1}});
  program.add_kind({Start{1}, Await{1}, Start{0}});
  step::Simulation simulation;
  simulation.add({.name = "stuck", .collectives = ring_of_four(program), .kinds = {0, 1}, .programs = {program}});
  CHECK_THROWS_WITH(simulation.run(),
                    "stuck: the simulation has come to a deadlock: message 0 waits for 1 of 2 ranks; "
                    "message 1 waits for 1 of 2 ranks");
}

TEST_CASE("a program whose ranks cannot be counted by their starts is refused") {
  auto program = paper_program(1e9, true);
  program.blocks[0].push_back(Start{1});
  step::Simulation simulation;
  simulation.add({.name = "odd", .collectives = ring_of_four(program), .programs = {program}});
  CHECK_THROWS_WITH(simulation.run(), "odd: ranks of kind 0 await message 1 1 times in a step, not 2");
}

TEST_CASE("a kind that is through before the others waits for them, which is a bubble") {
  parallel::StepProgram program;
  program.add_kind({Work{Activity::forward, 1}});
  program.add_kind({Work{Activity::forward, 3}});
  step::Simulation simulation;
  simulation.add({.name = "uneven", .collectives = {}, .kinds = {0, 1}, .programs = {program}});
  const auto step = simulation.run().front().front();
  CHECK(step.seconds == Approx(3));
  CHECK(step.kinds[0].compute_seconds == Approx(1));
  CHECK(step.kinds[0].bubble_seconds == Approx(2));
  CHECK(step.compute_seconds == Approx(3));
  CHECK(step.bubble_seconds == 0);
  CHECK(step.spans.size() == 1);
}

TEST_CASE("a stream of some kinds of ranks does not wait for the others, and streams are never played from memory") {
  // The first kind alone sends 1 GB in the second stream, 0.75 s alone. In the first step of the program it meets the
  // all-reduce of both kinds, which starts 0.25 s later, half-way on the links.
  parallel::StepProgram program;
  program.streams = {{{.size = 4}}, {{.size = 4}}};
  program.messages = {{.stream = 0, .bytes = 1e9}, {.stream = 1, .bytes = 1e9}};
  program.add_kind({Start{1}, Work{Activity::forward, 0.25}, Start{0}, Await{1}, Await{0}});
  program.add_kind({Work{Activity::forward, 0.25}, Start{0}, Await{0}});
  step::Simulation simulation;
  simulation.add({.name = "some", .collectives = ring_of_four(program), .kinds = {0, 1}, .programs = {program}});
  const auto step = simulation.run().front().front();
  // 0.25 s alone, then both at half the rate: the first has 0.5 s of its own left, 1 s; the other 0.25 s more.
  CHECK(step.seconds == Approx(0.25 + 1 + 0.25).epsilon(1e-9));
}
