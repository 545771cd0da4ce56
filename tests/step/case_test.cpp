#include "collective/collectives.hpp"
#include "step/isolated.hpp"
#include "step/simulation.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <vector>

using namespace podsim;
using parallel::Activity;
using parallel::Await;
using parallel::Start;
using parallel::StepProgram;
using parallel::Work;

namespace {

/// Boxes of four chips of 10 GB/s: an all-reduce of b GB over two of them takes b / 10 seconds, over four 0.15 b.
collective::Collectives in_a_box(const std::vector<StepProgram>& programs, double rate_factor = 1) {
  auto machine = tests::switched_machine(4, 2);
  std::get<catalog::SwitchedBoxes>(machine.interconnect).chip_bytes_per_second *= rate_factor;
  std::vector<collective::Demand> demands;
  for (const auto& program : programs) {
    for (const auto& message : program.messages) demands.push_back(program.demand(message));
  }
  return collective::plan_collectives(machine, platform::choose_slice(machine, 4, {}), tests::paper_library(), demands,
                                      true);
}

/// One second of work, then an all-reduce over four ranks.
StepProgram work_and_reduce(double bytes) {
  StepProgram program;
  program.streams = {{{.size = 4}}};
  program.messages = {{.bytes = bytes}};
  program.add_kind({Work{Activity::forward, 1}, Start{0}, Await{0}});
  return program;
}

step::Case case_of(const StepProgram& program, std::vector<size_t> kinds, int ranks_per_node = 1) {
  return {.name = "case",
          .collectives = in_a_box({program}),
          .kinds = std::move(kinds),
          .ranks_per_node = ranks_per_node,
          .programs = {program}};
}

}  // namespace

TEST_CASE("cases that differ in anything but their name are simulated each for itself") {
  const StepProgram program = work_and_reduce(1e9);
  std::vector<step::Case> cases{case_of(program, {0, 0}), case_of(program, {0, 0, 0, 0}), case_of(program, {0, 0}, 2)};
  StepProgram fed = program;
  fed.input_seconds = 1;
  cases.push_back(case_of(fed, {0, 0}));
  cases.push_back(case_of(work_and_reduce(2e9), {0, 0}));
  cases.push_back(cases.front());
  cases.back().programs = {work_and_reduce(2e9)};  // over a network that carries both
  cases.push_back(cases.front());
  cases.back().collectives = in_a_box({program}, 2);
  StepProgram longer = program;
  std::get<Work>(longer.blocks[0][0]).seconds = 2;
  cases.push_back(case_of(longer, {0, 0}));
  cases.push_back(cases.front());
  cases.back().programs.push_back(program);
  step::Simulation simulation;
  std::set<size_t> places;
  for (const auto& simulated : cases) places.insert(simulation.add(simulated));
  CHECK(places.size() == cases.size());
  cases.front().name = "another";
  CHECK(simulation.add(cases.front()) == 0);
}

TEST_CASE("a rank that has done its part waits for the slowest") {
  StepProgram program;
  for (const double seconds : {1.0, 3.0}) program.add_kind({Work{Activity::forward, seconds}});
  step::Simulation simulation;
  simulation.add(case_of(program, {0, 1}));
  const auto step = simulation.run().front().front();
  CHECK(step.seconds == Approx(3));
  CHECK(step.kinds[0].compute_seconds == Approx(1));
  CHECK(step.kinds[0].bubble_seconds == Approx(2));
}

TEST_CASE("a message waits for the ranks of its stream and for no others") {
  StepProgram program;
  program.streams = {{{.size = 2}}};
  program.messages = {{.bytes = 1e9}};
  program.add_kind({Work{Activity::forward, 1}, Start{0}, Await{0}});
  program.add_kind({Work{Activity::forward, 0.5}});
  step::Simulation simulation;
  simulation.add(case_of(program, {0, 0, 1, 1}));
  CHECK(simulation.run().front().front().seconds == Approx(1 + 0.1).epsilon(1e-9));
}

TEST_CASE("what a message takes alone is not what it takes beside another stream's") {
  // Alone 0.15 s, which the first program's steps know; two at a time have half of the chips' links each.
  const StepProgram alone = work_and_reduce(1e9);
  StepProgram both = alone;
  both.streams.push_back(both.streams.front());
  both.messages.push_back({.stream = 1, .bytes = 1e9});
  both.blocks = {{Work{Activity::forward, 1}, Start{0}, Start{1}, Await{0}, Await{1}}};
  const auto seconds = tests::isolated([&] {
    step::Simulation simulation;
    simulation.add({.name = "both",
                    .collectives = in_a_box({alone, both}),
                    .kinds = {0},
                    .ranks_per_node = 1,
                    .programs = {alone, both}});
    const auto steps = simulation.run().front();
    return std::vector{steps[0].seconds, steps[1].seconds};
  });
  CHECK(seconds[0] == Approx(1 + 0.15).epsilon(1e-9));
  CHECK(seconds[1] == Approx(1 + 0.3).epsilon(1e-9));
}
