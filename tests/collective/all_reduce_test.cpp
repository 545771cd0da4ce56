#include "collective/boxes/visits.hpp"
#include "collective/collectives.hpp"
#include "platform/nvlink_boxes.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>

using namespace podsim;

namespace {

double unshared(const catalog::Platform& machine, int64_t chips, double bytes,
                const catalog::Library& library = tests::paper_library(), bool folded = false) {
  const auto all_reduce =
      tests::plan_all_reduces(machine, platform::choose_slice(machine, chips, {}), library, {bytes}, folded);
  return all_reduce.schedules.begin()->second.unshared_seconds(all_reduce.network, bytes);
}

}  // namespace

TEST_CASE("a ring of four chips on paper") {
  // Both directions: each chip passes 2 x 3/4 of 1 GB on at 2 GB/s.
  CHECK(unshared(tests::torus_machine({4}, {{4}}), 4, 1e9) == Approx(0.75));
  // As a line each chip has one link out in the ring's direction.
  CHECK(unshared(tests::torus_machine({8}, {{4}}), 4, 1e9) == Approx(1.5));
}

TEST_CASE("a 2x2 mesh on paper") {
  // Each axis starts with half of 1 GB: a quarter moves, then an eighth, and back.
  CHECK(unshared(tests::torus_machine({4, 4}, {{2, 2}}), 4, 1e9) == Approx(0.75));
}

TEST_CASE("latency of a torus is its longest hops, axis by axis") {
  const auto latency = tests::paper_library(1e-3, 1e-4);
  // 4x8 mesh: a block crosses 2 x 8 - 3 links of the longer axis in the first of four turns. The chips that are through
  // last do not start the longest way of the next: one link less. The base once.
  CHECK(unshared(tests::torus_machine({32, 32}, {{4, 8}}), 32, 0, latency) == Approx(1e-3 + (13 + 3 * 12) * 1e-4));
  // Wrapped 8x8: both ways round to the far side, 4 steps of one link.
  CHECK(unshared(tests::torus_machine({8, 8}, {{8, 8}}), 64, 0, latency) == Approx(1e-3 + 4 * 4 * 1e-4));
}

TEST_CASE("two ranks of a chip reduce inside it first") {
  // Half of 1 GB over 10 GB/s, before and after the 0.75 s of the mesh.
  CHECK(unshared(tests::torus_machine({4, 4}, {{2, 2}}, 2), 4, 1e9) == Approx(0.75 + 0.1));
}

TEST_CASE("an all-reduce on a wrapped torus meets its bound, on a mesh it stays within twice") {
  for (const auto& [pod, factor] : {std::pair{8, 1.0}, std::pair{16, 2.0}}) {
    const auto machine = tests::torus_machine({pod, pod}, {{8, 8}});
    const double bound = tests::all_reduce_bound_seconds(machine, platform::smallest_slice(machine), 1e9);
    const double seconds = unshared(machine, 64, 1e9);
    CHECK(seconds >= bound * (1 - 1e-12));
    CHECK(seconds <= bound * factor * (1 + 1e-12));
  }
}

TEST_CASE("every chip moves what the algorithm must move") {
  const auto machine = tests::torus_machine({32, 32}, {{4, 8}});
  const auto all_reduce =
      tests::plan_all_reduces(machine, platform::smallest_slice(machine), tests::paper_library(), {1.0}, false);
  double share = 0;
  for (const auto& phase : all_reduce.schedules.begin()->second.phases) {
    for (const auto& flow : phase.flows) {
      // The ring of n chips on a line crosses its n - 1 links in both directions, in n hops.
      const auto links = static_cast<double>(all_reduce.network.routes[flow.route].links.size());
      share += flow.share * (links / 2 + 1);
    }
  }
  CHECK(share == Approx(2.0 * 31));
}

TEST_CASE("the NVLink graph of a DGX-1V has six directed rings that share no link") {
  const auto machine = tests::dgx_1v();
  const platform::NvlinkBoxesNetwork boxes(machine, platform::choose_slice(machine, 8, {}), platform::NodeFold::none());
  const auto rings = collective::rings_in_box(boxes, {0, 1, 2, 3, 4, 5, 6, 7});
  REQUIRE(rings.size() == 6);
  std::map<std::pair<int, int>, int> used;
  for (const auto& ring : rings) {
    CHECK(std::set<int>(ring.begin(), ring.end()).size() == 8);
    for (size_t i = 0; i < ring.size(); ++i) ++used[{ring[i], ring[(i + 1) % ring.size()]}];
  }
  for (const auto& [pair, times] : used) CHECK(times <= boxes.direct_links(pair.first, pair.second));
}

TEST_CASE("a path a card enters and leaves under its switch") {
  const auto machine = tests::dgx_1v();
  const platform::NvlinkBoxesNetwork boxes(machine, platform::choose_slice(machine, 16, {}),
                                           platform::NodeFold::none());
  const auto paths = collective::paths_between_cards(boxes, {0, 1, 2, 3, 4, 5, 6, 7});
  REQUIRE(paths.size() == 4);
  std::map<std::pair<int, int>, int> used;
  for (size_t card = 0; card < 4; ++card) {
    CHECK(paths[card].visit.front() == static_cast<int>(2 * card));
    CHECK(paths[card].visit.back() == static_cast<int>(2 * card + 1));
    CHECK(std::set<int>(paths[card].visit.begin(), paths[card].visit.end()).size() == 8);
    for (size_t i = 0; i + 1 < 8; ++i) ++used[{paths[card].visit[i], paths[card].visit[i + 1]}];
  }
  for (const auto& [pair, times] : used) CHECK(times <= boxes.direct_links(pair.first, pair.second));
}

TEST_CASE("rings of a DGX-1V on paper") {
  const auto machine = tests::dgx_1v();
  // Six rings of 20 GB/s: 2 x 7/8 of 1 GB over 120 GB/s.
  CHECK(unshared(machine, 8, 1e9) == Approx(1.75 / 120));
  // Two neighbours with one link: 2 x 1/2 of 1 GB over 20 GB/s.
  CHECK(unshared(machine, 2, 1e9) == Approx(1.0 / 20));
  // Five chips have no NVLink ring (chip 4 has one neighbour): one ring over PCIe and the 9 GB/s between sockets.
  CHECK(unshared(machine, 5, 1e9) == Approx(1.6 / 9));
  // Two boxes: 2 x 15/16 of 1 GB over four cards of 12 GB/s.
  CHECK(unshared(machine, 16, 1e9) == Approx(1.875 / 48));
}

TEST_CASE("rings over switched boxes on paper") {
  const auto machine = tests::switched_machine(4, 2);
  // Four chips of 10 GB/s: 2 x 3/4 of 1 GB; two chips 2 x 1/2.
  CHECK(unshared(machine, 4, 1e9) == Approx(0.15));
  CHECK(unshared(machine, 2, 1e9) == Approx(0.1));
  // Four boxes: 2 x 15/16 of 1 GB over two cards of 1 GB/s.
  CHECK(unshared(machine, 16, 1e9) == Approx(1.875 / 2));
}

TEST_CASE("a ring crosses an oversubscribed level once a group, a narrow one holds it back") {
  auto machine = tests::switched_machine(4, 2);
  auto& network = std::get<catalog::SwitchedBoxes>(machine.interconnect).network;
  network.rails = true;
  // Two nodes a group, 4:1: a rail's way up has 2 x 1 / 4 GB/s for the one ring on it.
  network.levels = {{.nodes = 2, .oversubscription = 4}};
  CHECK(unshared(machine, 16, 1e9) == Approx(1.875 / 1.0));
  CHECK(unshared(machine, 16, 1e9, tests::paper_library(), true) == Approx(1.875 / 1.0));
  // 2:1 is enough for one ring.
  network.levels = {{.nodes = 2, .oversubscription = 2}};
  CHECK(unshared(machine, 16, 1e9) == Approx(1.875 / 2));
}

TEST_CASE("a ring is one flow over all its hops, at the pace of the slowest") {
  const auto machine = tests::dgx_1v();
  const auto all_reduce =
      tests::plan_all_reduces(machine, platform::choose_slice(machine, 16, {}), tests::paper_library(), {1.0}, false);
  // One ring for each of four cards; 14 NVLinks and two crossings of slot, card, card and slot.
  REQUIRE(all_reduce.schedules.begin()->second.phases.front().flows.size() == 4);
  for (const auto& route : all_reduce.network.routes) CHECK(route.links.size() == 14 + 2 * 4);
}

TEST_CASE("folded and full schedules take the same time") {
  const auto latency = tests::paper_library(1e-5, 2e-6, 7e-6);
  const auto pod = tests::torus_machine({32, 32}, {{4, 4}, {8, 8}, {16, 32}, {32, 32}}, 2);
  for (const int chips : {16, 64, 512, 1024}) {
    CHECK(unshared(pod, chips, 3e8, latency, true) == Approx(unshared(pod, chips, 3e8, latency, false)).epsilon(1e-12));
  }
  for (const int chips : {4, 8, 16, 64}) {
    CHECK(unshared(tests::dgx_1v(), chips, 3e8, latency, true) ==
          Approx(unshared(tests::dgx_1v(), chips, 3e8, latency, false)).epsilon(1e-12));
    const auto switched = tests::switched_machine(8, 4);
    CHECK(unshared(switched, chips, 3e8, latency, true) ==
          Approx(unshared(switched, chips, 3e8, latency, false)).epsilon(1e-12));
  }
}

TEST_CASE("one rank has nothing to reduce") {
  const auto machine = tests::dgx_1v();
  const auto all_reduce =
      tests::plan_all_reduces(machine, platform::choose_slice(machine, 1, {}), tests::paper_library(), {1.0}, true);
  CHECK(all_reduce.schedules.begin()->second.algorithm_name() == "none");
  CHECK(all_reduce.schedules.begin()->second.phases.empty());
}
