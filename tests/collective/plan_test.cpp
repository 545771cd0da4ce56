#include "collective/plan.hpp"

#include "collective/bound.hpp"
#include "collective/boxes/boxes_group.hpp"
#include "collective/boxes/tree.hpp"
#include "platform/impossible.hpp"
#include "platform/twist.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

using namespace podsim;
using collective::Choice;
using collective::Demand;
using collective::Group;
using collective::Operation;

namespace {

/// Four chips of 10 GB/s a box, two cards of 1 GB/s, switches that add up in and between boxes.
catalog::Platform adding_machine() {
  auto machine = tests::switched_machine(4, 2);
  auto& boxes = std::get<catalog::SwitchedBoxes>(machine.interconnect);
  boxes.reduces = true;
  boxes.network.reduces = true;
  return machine;
}

double alone(const catalog::Platform& platform, int chips, Demand demand, const char* algorithm, bool folded = false) {
  collective::Machine machine(platform, platform::choose_slice(platform, chips, {}), folded);
  if (demand.group.size == 1) demand.group.size = machine.ranks();
  const auto schedule = collective::plan(machine, demand, tests::paper_library(), collective::parse_choice(algorithm));
  return schedule.unshared_seconds(machine.network(), demand.bytes);
}

double all_reduce(const catalog::Platform& platform, int chips, const char* algorithm, bool folded = false) {
  return alone(platform, chips, {.group = {}, .bytes = 1e9}, algorithm, folded);
}

/// Whether some node has these crossings in the two trees, and none has more, by counting them.
bool degrees_counted(int nodes, const collective::TreeDegrees& busiest) {
  std::vector<std::array<int, 2>> degrees(static_cast<size_t>(nodes), {0, 0});
  for (const size_t tree : {0, 1}) {
    const auto parents = collective::tree_parents(nodes, tree == 1);
    for (size_t node = 0; node < parents.size(); ++node) {
      if (parents[node] < 0) continue;
      ++degrees[node][tree];
      ++degrees[static_cast<size_t>(parents[node])][tree];
    }
  }
  const int sum = busiest.first + busiest.second;
  const bool none_above =
      std::none_of(degrees.begin(), degrees.end(), [&](const auto& of) { return of[0] + of[1] > sum; });
  return none_above &&
         std::find(degrees.begin(), degrees.end(), std::array{busiest.first, busiest.second}) != degrees.end();
}

std::string refusal_of(const catalog::Platform& platform, int chips, const Group& group, const char* algorithm) {
  try {
    alone(platform, chips, {.group = group, .bytes = 1e9}, algorithm);
  } catch (const catalog::InputError& error) {
    return error.what();
  }
  return "";
}

}  // namespace

TEST_CASE("two binary trees: an inner node of one is a leaf of the other") {
  CHECK(collective::tree_parents(2, false) == std::vector{-1, 0});
  CHECK(collective::tree_parents(8, false) == std::vector{-1, 2, 4, 2, 0, 6, 4, 6});
  for (const int nodes : {2, 3, 4, 5, 6, 7, 8, 9, 13, 64, 65, 127, 128, 999, 1000}) {
    CAPTURE(nodes);
    for (const bool second : {false, true}) {
      const auto parents = collective::tree_parents(nodes, second);
      CHECK(std::count(parents.begin(), parents.end(), -1) == 1);
      for (int node = 0; node < nodes; ++node) {
        int steps = 0;
        for (int at = node; parents[at] >= 0; at = parents[at]) REQUIRE(++steps < nodes);
      }
    }
    const auto busiest = collective::busiest_node(nodes);
    CHECK(degrees_counted(nodes, busiest));
    CHECK(busiest.first + busiest.second == (nodes == 2 ? 2 : nodes == 3 ? 3 : 4));
  }
}

TEST_CASE("the busiest node of a billion is known without looking at each") {
  CHECK(collective::busiest_node(1 << 30).first + collective::busiest_node(1 << 30).second == 4);
}

TEST_CASE("a double binary tree on paper") {
  // In one box 1 GB goes up and 1 GB down the chain, 10 GB/s each way out of every chip.
  CHECK(all_reduce(tests::switched_machine(4, 2), 4, "tree") == Approx(0.2));
  // Two boxes: half of 1 GB up and half down each tree, 1 GB out of each box through 2 GB/s.
  CHECK(all_reduce(tests::switched_machine(4, 2), 8, "tree") == Approx(0.5));
  // Four boxes: some box sends 2 GB.
  CHECK(all_reduce(tests::switched_machine(4, 2), 16, "tree") == Approx(1.0));
}

TEST_CASE("switches that add up, on paper") {
  const auto machine = adding_machine();
  // Each chip sends and takes 1 + 1/4 GB at 10 GB/s.
  CHECK(all_reduce(machine, 4, "nvls") == Approx(0.125));
  // Four boxes: as the tree, the box is faster.
  CHECK(all_reduce(machine, 16, "nvls_tree") == Approx(1.0));
  // Each byte leaves a box once: 1 GB through two cards of 1 GB/s.
  CHECK(all_reduce(machine, 16, "sharp") == Approx(0.5));
}

TEST_CASE("hierarchical and halving-doubling all-reduces on paper") {
  const auto machine = tests::switched_machine(4, 2);
  // 3/4 GB at 10 GB/s, then 2 x 3/4 of 1/4 GB for each of two chips on a card, then 3/4 GB again.
  CHECK(all_reduce(machine, 16, "hierarchical") == Approx(0.075 + 0.75 + 0.075));
  // A half and a quarter in the box, an eighth and a sixteenth for two chips on a card between boxes; and back.
  CHECK(all_reduce(machine, 16, "halving_doubling") == Approx(2 * (0.05 + 0.025 + 0.25 + 0.125)));
}

TEST_CASE("all-gather, broadcast, all-to-all and send-receive on paper") {
  const auto machine = tests::switched_machine(4, 2);
  CHECK(alone(machine, 4, {Operation::all_gather, {}, 1e9}, "ring") == Approx(0.075));
  CHECK(alone(machine, 4, {Operation::broadcast, {}, 1e9}, "ring") == Approx(0.1));
  // Each chip keeps a quarter.
  CHECK(alone(machine, 4, {Operation::all_to_all, {}, 1e9}, "direct") == Approx(0.075));
  // Four boxes: 3/4 GB of two chips on a card.
  CHECK(alone(machine, 16, {Operation::all_to_all, {}, 1e9}, "direct") == Approx(1.5));
  // One chip of each box sends 1 GB to the next box through its card.
  CHECK(alone(machine, 16, {Operation::send_receive, {}, 1e9}, "direct") == Approx(1.0));
}

TEST_CASE("an all-to-all through a rail-optimised tree oversubscribed 4:1 on paper") {
  auto machine = tests::switched_machine(4, 2);
  auto& network = std::get<catalog::SwitchedBoxes>(machine.interconnect).network;
  network.rails = true;
  network.levels = {{.nodes = 2, .oversubscription = 4}};
  // Half of what 4 chips x 2 boxes have leaves a group of two: 2 GB a rail through 2 x 1 / 4 GB/s.
  CHECK(alone(machine, 16, {Operation::all_to_all, {}, 1e9}, "direct") == Approx(4.0));
}

TEST_CASE("two groups behind one card share it") {
  const auto machine = tests::switched_machine(4, 2);
  // The four chips of a place in all boxes: 2 x 3/4 GB over a card of 1 GB/s, which two such groups share.
  CHECK(alone(machine, 16, {Operation::all_reduce, {.size = 4, .stride = 4}, 1e9}, "ring") == Approx(3.0));
  CHECK(alone(tests::switched_machine(4, 4), 16, {Operation::all_reduce, {.size = 4, .stride = 4}, 1e9}, "ring") ==
        Approx(1.5));
}

TEST_CASE("two jobs on the same leaf switches share what leads up") {
  auto machine = tests::switched_machine(4, 2);
  auto& network = std::get<catalog::SwitchedBoxes>(machine.interconnect).network;
  network.levels = {{.nodes = 4, .oversubscription = 8}};
  // A leaf of 4 boxes sends up 4 x 2 / 8 GB/s. Alone on two leaves, a ring crosses that once.
  const Demand alone_on_leaves{Operation::all_reduce, {.size = 32, .stride = 1}, 1e9};
  CHECK(alone(machine, 32, alone_on_leaves, "ring") == Approx(2 * 31.0 / 32 / 1));
  // Two jobs of 4 boxes, dealt in turn to the same two leaves: two rings cross it.
  const Demand two_jobs{Operation::all_reduce, {.size = 16, .stride = 1, .jobs = 2}, 1e9};
  CHECK(alone(machine, 32, two_jobs, "ring") == Approx(2 * 2 * 15.0 / 16 / 1));
}

TEST_CASE("a 3D torus of whole cubes on paper") {
  auto cubes = tests::torus_machine({4, 4, 4}, {{4, 4, 4}});
  // Each axis starts with a third of 1 GB at 2 GB/s: 1/3 x 3/4, then x 3/16, then x 3/64; and back.
  CHECK(all_reduce(cubes, 64, "torus") == Approx(2.0 / 3 * (0.75 + 3.0 / 16 + 3.0 / 64) / 2));
  // Every chip sends 1/64 of 1 GB to each other: one link of an axis, on average, for each.
  CHECK(alone(cubes, 64, {Operation::all_to_all, {}, 1e9}, "torus") == Approx(0.5));
  // One axis: rings of four.
  CHECK(alone(cubes, 64, {Operation::all_reduce, {.size = 4, .stride = 16}, 1e9}, "torus") == Approx(0.75));
  // Two axes: as a 4x4 torus.
  CHECK(alone(cubes, 64, {Operation::all_gather, {.size = 16, .stride = 4}, 1e9}, "torus") ==
        Approx(0.5 * (0.75 + 3.0 / 16) / 2));
}

TEST_CASE("a part of an axis is a line, whether the axis closes or not") {
  // Four of eight chips: 2 x 3/4 GB both ways over links of 1 GB/s.
  for (const int pod : {8, 16}) {
    const auto machine = tests::torus_machine({pod}, {{8}});
    CHECK(alone(machine, 8, {Operation::all_reduce, {.size = 4, .stride = 1}, 1e9}, "torus") == Approx(1.5));
    CHECK(alone(machine, 8, {Operation::all_reduce, {.size = 4, .stride = 1}, 1e9}, "torus", true) == Approx(1.5));
  }
}

TEST_CASE("groups on boxes") {
  const auto machine = tests::switched_machine(8, 8);
  const platform::Slice slice = platform::choose_slice(machine, 32, {});
  const collective::Machine links(machine, slice, false);
  const auto lies = [&](const Group& group) { return collective::boxes_group({.group = group}, *links.boxes()); };
  CHECK(lies({.size = 32, .stride = 1}).nodes == 4);
  CHECK(lies({.size = 4, .stride = 1}).chips == 4);
  CHECK(lies({.size = 4, .stride = 1}).members(4) == std::vector{4, 5, 6, 7});
  CHECK(lies({.size = 4, .stride = 2}).members(1) == std::vector{1, 3, 5, 7});
  CHECK(lies({.size = 16, .stride = 1}).nodes == 2);
  const auto every_fourth = lies({.size = 8, .stride = 4});
  CHECK(every_fourth.chips == 2);
  CHECK(every_fourth.nodes == 4);
  CHECK(every_fourth.members(3) == std::vector{3, 7});
  const auto every_second_node = lies({.size = 2, .stride = 16});
  CHECK(every_second_node.node_stride == 2);
  const Demand pairs{.group = {.size = 2, .stride = 16}};
  const auto found = collective::groups_on_boxes(every_second_node, pairs, *links.boxes());
  REQUIRE(found.size() == 16);
  CHECK(found[9].first_rank == 9);
  CHECK(found[9].nodes == std::vector{1, 3});
  CHECK(found[9].next == std::vector{3, 1});
  CHECK_THROWS_AS(lies({.size = 3, .stride = 1}), platform::Impossible);
}

TEST_CASE("an algorithm that cannot run is refused with those that can") {
  CHECK(refusal_of(tests::switched_machine(4, 2), 4, {.size = 4, .stride = 1}, "nvls") ==
        "--algorithm nvls: it cannot all_reduce here\n"
        "  way out: take one of ring, tree, halving_doubling, or leave the choice to the library");
  CHECK(refusal_of(tests::torus_machine({4, 4}, {{4, 4}}), 16, {.size = 16, .stride = 1}, "ring") ==
        "--algorithm ring: a torus has only the algorithm along its axes\n"
        "  way out: take torus, or leave it away");
  CHECK(refusal_of(tests::switched_machine(6, 2), 6, {.size = 6, .stride = 1}, "halving_doubling")
            .starts_with("--algorithm halving_doubling: 6 members on each of 1 nodes are no powers of two\n"));
  CHECK(refusal_of(tests::switched_machine(4, 2), 8, {.size = 3, .stride = 1}, "ring")
            .starts_with("--group 3:1: 8 ranks do not fall into groups of 3\n"));
  CHECK_THROWS_AS(collective::parse_choice("rings"), catalog::InputError);
  CHECK(collective::parse_choice("ring/ll128").protocol == catalog::Protocol::ll128);
}

TEST_CASE("folded and full plans take the same time, and no less than the bound; more bytes take longer") {
  for (const char* algorithm : {"ring", "tree", "nvls_tree", "sharp", "hierarchical", "halving_doubling"}) {
    for (const int chips : {8, 16, 32}) {
      CAPTURE(algorithm, chips);
      const auto machine = adding_machine();
      CHECK(all_reduce(machine, chips, algorithm, true) ==
            Approx(all_reduce(machine, chips, algorithm)).epsilon(1e-12));
    }
  }
}

TEST_CASE("two pods joined by the data-centre network on paper") {
  auto pods = tests::torus_machine({4, 4}, {{4, 4}});
  std::get<catalog::Torus>(pods.interconnect).data_center = {
      .node_bytes_per_second = 0.5e9, .node_efficiency = 1, .max_pods = 2};
  const auto slice = platform::choose_slice(pods, 32, {});
  CHECK(slice.label == "2 pods of 4x4");
  CHECK(platform::choose_slice(pods, {}, {2, 4, 4}).pods == 2);
  // In each pod 0.5 x (3/4 + 3/16) / 2 s to scatter and to gather; between them 4 chips x 2 x 1/2 x 1/16 GB at 0.5 GB/s.
  const double in_pod = 0.5 * (0.75 + 3.0 / 16) / 2;
  CHECK(all_reduce(pods, 32, "torus") == Approx(2 * in_pod + 0.5));
  CHECK(all_reduce(pods, 32, "torus", true) == Approx(2 * in_pod + 0.5));
  // The chips of one place in both pods: 4 chips x 2 x 1/2 GB at 0.5 GB/s.
  CHECK(alone(pods, 32, {Operation::all_reduce, {.size = 2, .stride = 16}, 1e9}, "torus") == Approx(8.0));
  // A group inside a pod does not see the other.
  CHECK(alone(pods, 32, {Operation::all_reduce, {.size = 16, .stride = 1}, 1e9}, "torus") == Approx(2 * in_pod));
  const Demand whole{Operation::all_reduce, {.size = 32, .stride = 1}, 1e9};
  CHECK(collective::bound_seconds(pods, slice, whole) == Approx(0.5));
}

TEST_CASE("a ring of three pods takes two hops to reduce and two to gather") {
  auto pods = tests::torus_machine({2, 2}, {{1, 1}, {2, 2}});
  std::get<catalog::Torus>(pods.interconnect).data_center = {.node_bytes_per_second = 0.5e9, .max_pods = 3};
  const auto slice = platform::choose_slice(pods, {}, {3, 1, 1});
  const auto seconds = [&](double hop) {
    collective::Machine machine(pods, slice, true);
    const Demand demand{Operation::all_reduce, {.size = 3}, 1e9};
    return collective::plan(machine, demand, tests::paper_library(0, 0, hop))
        .unshared_seconds(machine.network(), demand.bytes);
  };
  CHECK(seconds(1) - seconds(0) == Approx(4));
}

TEST_CASE("a twisted torus has shorter ways, alike on all axes") {
  CHECK(platform::can_twist({4, 4, 8}));
  CHECK(platform::can_twist({8, 4, 8}));
  CHECK_FALSE(platform::can_twist({4, 8, 16}));
  CHECK_FALSE(platform::can_twist({2, 2, 4}));
  // From a chip of the 128 of 4x4x8 to all: 440 hops, a third of them on each axis.
  for (const double hops : platform::twisted_hops({4, 4, 8})) CHECK(hops == Approx(440.0 / 128 / 3));
  auto cubes = tests::torus_machine({4, 4, 8}, {{4, 4, 8}});
  const Demand everyone{Operation::all_to_all, {.size = 128, .stride = 1}, 1e9};
  const double plain = alone(cubes, 128, everyone, "torus");
  // A quarter of the longest axis, both ways at 2 GB/s together.
  CHECK(plain == Approx(8.0 / 4 / 2));
  std::get<catalog::Torus>(cubes.interconnect).twisted = true;
  CHECK(plain / alone(cubes, 128, everyone, "torus") == Approx(1.745).epsilon(0.001));
  CHECK(alone(cubes, 128, everyone, "torus", true) == Approx(alone(cubes, 128, everyone, "torus")));
}
