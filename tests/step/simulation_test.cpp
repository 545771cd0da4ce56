#include "step/simulation.hpp"

#include "collective/collectives.hpp"
#include "step/engine.hpp"
#include "step/fabric.hpp"
#include "step/isolated.hpp"
#include "step/paper_program.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>
#include <simgrid/s4u.hpp>

using namespace podsim;
using tests::measure;
using tests::paper_program;
using tests::ring_of_four;
using tests::scale_work;
using tests::sum_of_parts;

namespace {

catalog::Library latencies() { return tests::paper_library(1e-5, 1e-6, 7e-6); }

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
