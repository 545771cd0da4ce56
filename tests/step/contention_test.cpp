#include "collective/plan.hpp"
#include "platform/slice.hpp"
#include "step/collective_run.hpp"
#include "step/isolated.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using collective::Demand;
using collective::Operation;

namespace {

/// Simulated seconds of a collective over 1 GB with every link represented, without latencies.
double in_full(const catalog::Platform& platform, const platform::Slice& slice, Demand demand, const char* algorithm) {
  demand.bytes = 1e9;
  return tests::isolated([&] {
           collective::Machine machine(platform, slice, false);
           const auto schedule = plan(machine, demand, tests::paper_library(), collective::parse_choice(algorithm));
           return std::vector{step::simulate_collectives(machine.network(), {{schedule, 1e9}}).front().seconds};
         })
      .front();
}

double on_boxes(const catalog::Platform& platform, int chips, const Demand& demand, const char* algorithm) {
  return in_full(platform, platform::choose_slice(platform, chips, {}), demand, algorithm);
}

catalog::Platform oversubscribed(bool rails, int nodes, double oversubscription) {
  auto machine = tests::switched_machine(4, 2);
  auto& network = std::get<catalog::SwitchedBoxes>(machine.interconnect).network;
  network.rails = rails;
  network.levels = {{.nodes = nodes, .oversubscription = oversubscription}};
  return machine;
}

}  // namespace

TEST_CASE("tori and lines as simulated, on paper") {
  auto cubes = tests::torus_machine({4, 4, 4}, {{4, 4, 4}});
  // 3D torus: each axis starts with a third of 1 GB at 2 GB/s: 1/3 x 3/4, then x 3/16, then x 3/64; and back.
  CHECK(in_full(cubes, platform::smallest_slice(cubes), {.group = {.size = 64}}, "torus") ==
        Approx(2.0 / 3 * (0.75 + 3.0 / 16 + 3.0 / 64) / 2));
  // A line of four: 2 x 3/4 GB at 1 GB/s.
  const auto line = tests::torus_machine({8}, {{4}});
  CHECK(in_full(line, platform::smallest_slice(line), {.group = {.size = 4}}, "torus") == Approx(1.5));
  // Twisted 4x4x8: 440 hops from a chip to the 128, a third of them on each axis, 1/128 GB each, at 2 GB/s.
  auto twisted = tests::torus_machine({4, 4, 8}, {{4, 4, 8}});
  std::get<catalog::Torus>(twisted.interconnect).twisted = true;
  CHECK(in_full(twisted, platform::smallest_slice(twisted), {Operation::all_to_all, {.size = 128}}, "torus") ==
        Approx(440.0 / 128 / 3 / 2));
}

TEST_CASE("shared cards and switches as simulated, on paper") {
  // Rail-optimised, 4:1 above two boxes: half of what 4 chips x 2 boxes have leaves, 2 GB a rail through 2 x 1 / 4 GB/s.
  CHECK(on_boxes(oversubscribed(true, 2, 4), 16, {Operation::all_to_all, {.size = 16}}, "direct") == Approx(4.0));
  // Two groups behind one card of 1 GB/s: 2 x 3/4 GB of each.
  const auto machine = tests::switched_machine(4, 2);
  CHECK(on_boxes(machine, 16, {.group = {.size = 4, .stride = 4}}, "ring") == Approx(3.0));
  // Two jobs of 4 boxes, dealt in turn to two leaves that send up 4 x 2 / 8 GB/s: two rings of 2 x 15/16 GB cross it.
  const auto narrow = oversubscribed(false, 4, 8);
  CHECK(on_boxes(narrow, 32, {.group = {.size = 16, .jobs = 2}}, "ring") == Approx(2 * 2 * 15.0 / 16));
  // One of them alone fits below one leaf: two cards of 1 GB/s.
  CHECK(on_boxes(narrow, 16, {.group = {.size = 16}}, "ring") == Approx(2 * 15.0 / 16 / 2));
}
