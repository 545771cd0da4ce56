#include "step/simulation.hpp"

#include "collective/collectives.hpp"
#include "step/engine.hpp"
#include "step/fabric.hpp"
#include "step/isolated.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>
#include <simgrid/s4u.hpp>

using namespace podsim;
using parallel::Activity;
using parallel::Await;
using parallel::Start;
using parallel::Work;

namespace {

catalog::Library latencies() { return tests::paper_library(1e-5, 1e-6, 7e-6); }

/// Forward 2 s, backward in two pieces of 1 s that each fill a bucket, update 0.5 s, host 0.25 s. Four ranks.
parallel::StepProgram paper_program(std::vector<double> bucket_bytes, bool overlap) {
  parallel::StepProgram program;
  program.streams = {{{.size = 4}}};
  for (const double bytes : bucket_bytes) program.messages.push_back({.bytes = bytes});
  auto& code = program.kinds.emplace_back().code;
  code = {Work{Activity::overhead, 0.25}, Work{Activity::forward, 2}, Work{Activity::backward, 1}};
  if (overlap) code.insert(code.end(), {Start{0}, Work{Activity::backward, 1}, Start{1}});
  if (!overlap) code.insert(code.end(), {Work{Activity::backward, 1}, Start{0}, Start{1}});
  code.insert(code.end(), {Await{1}, Work{Activity::optimizer, 0.5}});
  return program;
}

parallel::StepProgram paper_program(double bucket_bytes, bool overlap) {
  return paper_program({bucket_bytes, bucket_bytes}, overlap);
}

/// Four chips in a wrapped ring of 1 GB/s links: an all-reduce of b GB takes 0.75 b seconds.
collective::Collectives ring_of_four(const parallel::StepProgram& program) {
  const auto machine = tests::torus_machine({4}, {{4}});
  std::vector<collective::Demand> demands;
  for (const auto& message : program.messages) demands.push_back(program.demand(message));
  return collective::plan_collectives(machine, platform::smallest_slice(machine), tests::paper_library(), demands,
                                      true);
}

step::StepMeasurement measure(const parallel::StepProgram& program, size_t ranks = 1) {
  step::Simulation simulation;
  simulation.add({.name = "paper",
                  .collectives = ring_of_four(program),
                  .kinds = std::vector<size_t>(ranks, 0),
                  .ranks_per_node = 2,
                  .programs = {program}});
  return simulation.run().front().front();
}

void scale_work(parallel::StepProgram& program, double factor) {
  for (auto& instruction : program.kinds[0].code) {
    if (auto* work = std::get_if<Work>(&instruction)) work->seconds *= factor;
  }
}

double sum_of_parts(const step::StepMeasurement& step) {
  return step.compute_seconds + step.exposed_communication_seconds + step.optimizer_seconds + step.input_seconds +
         step.overhead_seconds;
}

}  // namespace

TEST_CASE("flows that slept different latencies share a link evenly") {
  step::Engine engine;
  const platform::Network network{.links = {{"link", 1e9}}, .routes = {{.links = {0}}, {.links = {0}}}};
  const step::Fabric fabric(engine.zone(), "paper", network);
  auto* host = engine.add_host("host");
  std::vector<double> ends(2);
  for (const int route : {0, 1}) {
    simgrid::s4u::Actor::create("flow", host, [&, route] {
      simgrid::s4u::this_actor::sleep_for(route == 0 ? 1e-6 : 10e-6);
      fabric.carry({.name = "flow", .flows = {{route, 1.0}}}, 10e6);
      ends[route] = simgrid::s4u::Engine::get_clock();
    });
  }
  engine.run();
  // The first has the link to itself for 9 us; then both have half of it until the first has its 10 MB.
  CHECK(ends[0] == Approx(1e-6 + 9e-6 + 2 * (10e-3 - 9e-6)).epsilon(1e-9));
  CHECK(ends[1] == Approx(1e-6 + 20e-3).epsilon(1e-9));
}

TEST_CASE("each flow crosses the links of its own route, as often as they stand there") {
  step::Engine engine;
  platform::Network network;
  collective::Phase phase;
  for (int i = 0; i < 7; ++i) {
    network.add_link("link", 1e9 / (i + 1));
    network.add_route({.links = std::vector<int>(static_cast<size_t>(i % 3 + 1), i)});
  }
  const step::Fabric fabric(engine.zone(), "paper", network);
  std::vector<double> ends(7);
  for (int i = 0; i < 7; ++i) {
    simgrid::s4u::Actor::create("flow", engine.add_host("host" + std::to_string(i)), [&, i] {
      fabric.carry({.name = "flow", .flows = {{i, 1.0}}}, 1e6);
      ends[i] = simgrid::s4u::Engine::get_clock();
    });
  }
  engine.run();
  for (int i = 0; i < 7; ++i) CHECK(ends[i] == Approx(1e-3 * (i + 1) * (i % 3 + 1)).epsilon(1e-12));
}

TEST_CASE("events a picosecond apart are not merged") {
  step::Engine engine;
  double end = 0;
  simgrid::s4u::Actor::create("sleeper", engine.add_host("host"), [&] {
    for (int i = 0; i < 1000; ++i) simgrid::s4u::this_actor::sleep_for(1e-12);
    end = simgrid::s4u::Engine::get_clock();
  });
  engine.run();
  CHECK(end == Approx(1e-9).epsilon(1e-9));
}

TEST_CASE("a case takes the same time alone and among others, to the last bit") {
  auto odd = paper_program(1e9 / 3, true);
  scale_work(odd, 1 / 7.0);
  const auto alone = tests::isolated([&] { return std::vector{measure(odd).seconds}; });
  step::Simulation simulation;
  for (const double bytes : {1e9, 0.7e9, 1e3}) {
    auto other = paper_program(bytes, true);
    scale_work(other, 1 / (2.3 + bytes / 1e9));
    simulation.add(
        {.name = "other", .collectives = ring_of_four(other), .kinds = {0, 0, 0}, .programs = {other, other}});
  }
  const auto place =
      simulation.add({.name = "odd", .collectives = ring_of_four(odd), .ranks_per_node = 2, .programs = {odd}});
  CHECK(simulation.run()[place].front().seconds == alone.front());
}

TEST_CASE("cases that differ in name alone are simulated once") {
  step::Simulation simulation;
  const auto add = [&](const char* name, double bytes) {
    const auto program = paper_program(bytes, true);
    return simulation.add({.name = name, .collectives = ring_of_four(program), .programs = {program}});
  };
  CHECK(add("one", 1e9) == 0);
  CHECK(add("other", 2e9) == 1);
  CHECK(add("one again", 1e9) == 0);
  CHECK(simulation.run().size() == 2);
}

TEST_CASE("a step without overlap on paper") {
  // 0.25 + 2 + 2 + two all-reduces of 0.75 s + 0.5.
  const auto step = measure(paper_program(1e9, false));
  CHECK(step.seconds == Approx(6.25).epsilon(1e-9));
  CHECK(step.exposed_communication_seconds == Approx(1.5).epsilon(1e-9));
  CHECK(step.compute_seconds == Approx(4).epsilon(1e-9));
  CHECK(step.optimizer_seconds == Approx(0.5).epsilon(1e-9));
  CHECK(step.overhead_seconds == Approx(0.25).epsilon(1e-9));
  CHECK(step.input_seconds == 0);
  CHECK(sum_of_parts(step) == Approx(step.seconds).epsilon(1e-12));
}

TEST_CASE("with overlap only what outlasts the backward pass is exposed") {
  // The first bucket leaves at 3.25 and arrives at 4, the second leaves at 4.25: 0.75 s exposed.
  CHECK(measure(paper_program(1e9, true)).exposed_communication_seconds == Approx(0.75).epsilon(1e-9));
}

TEST_CASE("buckets travel one after the other") {
  // 1.5 s each: the first arrives at 4.75, the second at 6.25, 2 s after the backward pass.
  const auto step = measure(paper_program(2e9, true));
  CHECK(step.exposed_communication_seconds == Approx(2).epsilon(1e-9));
  std::vector<step::Span> collectives;
  for (const auto& span : step.spans) {
    if (span.kind == step::Span::Kind::message) collectives.push_back(span);
  }
  REQUIRE(collectives.size() == 2);
  CHECK(collectives[0].start_seconds == Approx(3.25).epsilon(1e-9));
  CHECK(collectives[0].end_seconds == Approx(4.75).epsilon(1e-9));
  CHECK(collectives[1].end_seconds == Approx(6.25).epsilon(1e-9));
}

TEST_CASE("input that is slower than the step sets its pace, faster input costs nothing") {
  auto program = paper_program(1e9, false);
  program.input_seconds = 6;
  auto slow = program;
  slow.input_seconds = 10;
  step::Simulation simulation;
  simulation.add({.name = "both",
                  .collectives = ring_of_four(program),
                  .kinds = {0, 0, 0, 0},
                  .ranks_per_node = 2,
                  .programs = {program, slow}});
  const auto steps = simulation.run().front();
  CHECK(steps[0].seconds == Approx(6.25).epsilon(1e-9));
  CHECK(steps[0].input_seconds == 0);
  CHECK(steps[1].seconds == Approx(10).epsilon(1e-9));
  CHECK(steps[1].input_seconds == Approx(3.75).epsilon(1e-9));
  CHECK(sum_of_parts(steps[1]) == Approx(10).epsilon(1e-12));
}

TEST_CASE("one step is enough where it leaves nothing behind, and equal buckets are simulated once") {
  const auto counts = [](const parallel::StepProgram& program) {
    return tests::isolated([&] {
      const auto step = measure(program);
      return std::vector{static_cast<double>(step.steps), static_cast<double>(step.flows)};
    });
  };
  auto program = paper_program(1e9, true);
  CHECK(counts(program) == std::vector{1.0, 2.0});  // two phases of one flow
  program.messages[1].bytes = 2e9;
  program.input_seconds = 10;  // the second and the third step wait for it alike
  CHECK(counts(program) == std::vector{3.0, 4.0});
}

TEST_CASE("a bucket takes the same in every step, simulated or known") {
  auto program = paper_program(1e9 / 3, true);
  std::vector<double> seconds;
  for (const auto& span : measure(program).spans) {
    if (span.kind == step::Span::Kind::message) seconds.push_back(span.end_seconds - span.start_seconds);
  }
  REQUIRE(seconds.size() == 2);
  CHECK(seconds[0] == Approx(0.25).epsilon(1e-9));
  CHECK(seconds[1] == Approx(seconds[0]).epsilon(1e-14));
}

TEST_CASE("four ranks and one rank that stands for them take the same step") {
  const auto one = tests::isolated([] { return std::vector{measure(paper_program(1e9, true), 1).seconds}; });
  const auto four = tests::isolated([] { return std::vector{measure(paper_program(1e9, true), 4).seconds}; });
  CHECK(one.front() == Approx(four.front()).epsilon(1e-12));
}

TEST_CASE("an all-reduce takes the same folded and full") {
  auto pod = tests::torus_machine({32, 32}, {{4, 4}, {8, 8}, {32, 32}}, 2);
  std::get<catalog::Torus>(pod.interconnect).link_bytes_per_second = 70e9;
  std::vector<std::pair<catalog::Platform, int>> machines{{pod, 16}, {pod, 64}, {pod, 1024}};
  for (const int chips : {8, 16, 64}) machines.emplace_back(tests::dgx_1v(), chips);
  for (const auto& [machine, chips] : machines) {
    const auto slice = platform::choose_slice(machine, chips, {});
    const std::vector<double> sizes{1e6, 1.34e9};
    const auto folded = tests::plan_all_reduces(machine, slice, latencies(), sizes, true);
    const auto full = tests::plan_all_reduces(machine, slice, latencies(), sizes, false);
    for (const double bytes : sizes) {
      CAPTURE(machine.name, chips, bytes);
      const auto seconds = tests::isolated([&, ranks = chips * machine.chip.ranks] {
        return tests::simulate_all_reduces({folded, full}, {1, ranks}, bytes);
      });
      REQUIRE(seconds.size() == 2);
      CHECK(seconds[0] == Approx(seconds[1]).epsilon(1e-6));
      CHECK(seconds[1] == Approx(full.schedule(tests::all_reduces_of(chips * machine.chip.ranks, {bytes}).front())
                                     .unshared_seconds(full.network, bytes))
                              .epsilon(1e-6));
      CHECK(seconds[0] >= tests::all_reduce_bound_seconds(machine, slice, bytes));
    }
  }
}

TEST_CASE("a step that waits for a bucket nobody posts is a deadlock, and is reported") {
  auto program = paper_program(1e9, true);
  program.kinds[0].code.erase(program.kinds[0].code.begin() + 5);
  step::Simulation simulation;
  simulation.add({.name = "stuck", .collectives = ring_of_four(program), .programs = {program}});
  CHECK_THROWS_WITH(simulation.run(), "the simulation has come to a deadlock");
}

TEST_CASE("work after a message that is awaited starts when that has arrived, folded and with every rank") {
  // 1 GB started after the forward pass takes 0.75 s, which nothing hides; two buckets of 2 GB follow.
  auto program = paper_program({2e9, 2e9, 1e9}, true);
  auto& code = program.kinds[0].code;
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
  program.kinds = {{{Work{Activity::overhead, 0.25}, Await{0, true}, Work{Activity::forward, 2},
                     Work{Activity::optimizer, 0.5}, Start{0}}}};
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
    program.kinds.push_back({{Work{Activity::forward, seconds}, Start{0}, Await{0}, Work{Activity::optimizer, 1}}});
  }
  step::Simulation simulation;
  simulation.add({.name = "kinds",
                  .collectives = ring_of_four(program),
                  .kinds = {0, 1},
                  .ranks_per_node = 2,
                  .programs = {program}});
  const auto step = simulation.run().front().front();
  CHECK(step.seconds == Approx(3 + 0.75 + 1).epsilon(1e-9));
  CHECK(step.exposed_communication_seconds == Approx(2.75).epsilon(1e-9));
}

TEST_CASE("streams play at the same time and share the links") {
  // Two all-reduces of 1 GB on the same ring: each has half of it, 1.5 s. One after the other they take 0.75 s each,
  // which the first of two messages of one stream would.
  parallel::StepProgram program;
  program.streams = {{{.size = 4}}, {{.size = 4}}};
  program.messages = {{.stream = 0, .bytes = 1e9}, {.stream = 1, .bytes = 1e9}};
  program.kinds = {{{Start{0}, Start{1}, Await{0}, Work{Activity::forward, 1}, Await{1}}}};
  const auto step = measure(program);
  CHECK(step.exposed_communication_seconds == Approx(1.5).epsilon(1e-9));
  CHECK(step.seconds == Approx(2.5).epsilon(1e-9));
}
