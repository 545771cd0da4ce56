#include "platform/torus.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <set>

using namespace podsim;

namespace {

/// Flows over each link when every chip sends one hop along an axis.
std::map<int, int> loads(const platform::TorusNetwork& torus, int axis) {
  std::map<int, int> loads;
  for (int chip = 0; chip < torus.chips(); ++chip) {
    for (const int link : torus.ring_hop(chip, axis)) ++loads[link];
  }
  return loads;
}

}  // namespace

TEST_CASE("on a line no link carries more than one hop a direction, and no hop is longer than two links") {
  for (const int size : {2, 3, 4, 7, 8, 16}) {
    const auto machine = tests::torus_machine({32, 32}, {{size, 4}});
    const platform::TorusNetwork torus(machine, platform::smallest_slice(machine), false);
    int on_ring = 0;
    for (int chip = 0; chip < size; ++chip) {
      const int hop = static_cast<int>(torus.ring_hop(chip, 0).size());
      CHECK(hop <= 2);
      on_ring += hop;
    }
    // The ring crosses each of the line's links once each way.
    CHECK(on_ring == 2 * (size - 1));
    const auto on_links = loads(torus, 0);
    CHECK(on_links.size() == static_cast<size_t>(2 * (size - 1) * 4));
    for (const auto& [link, flows] : on_links) CHECK(flows == 1);
  }
}

TEST_CASE("an axis that wraps is one link a chip with the rate of both directions") {
  const auto machine = tests::torus_machine({8, 4}, {{8, 4}});
  const platform::TorusNetwork torus(machine, platform::smallest_slice(machine), false);
  CHECK(torus.axes()[0].ring_bytes_per_second == 2e9);
  const auto on_links = loads(torus, 0);
  CHECK(on_links.size() == 32);
  for (const auto& [link, flows] : on_links) CHECK(torus.links()[link].bytes_per_second == 2e9);
}

TEST_CASE("folding keeps one chip and one hop an axis") {
  const auto machine = tests::torus_machine({32, 32}, {{16, 32}});
  const platform::TorusNetwork torus(machine, platform::smallest_slice(machine), true);
  CHECK(torus.chips() == 1);
  CHECK(torus.links().size() == 2);
  CHECK(torus.links()[torus.ring_hop(0, 0).front()].bytes_per_second == 1e9);
  CHECK(torus.links()[torus.ring_hop(0, 1).front()].bytes_per_second == 2e9);
}

TEST_CASE("the rings of an axis hold each hop of each chip once") {
  for (const bool wraps : {true, false}) {
    const auto machine = tests::torus_machine(wraps ? std::vector{3, 4, 5} : std::vector{8, 8, 8}, {{3, 4, 5}}, 2);
    const platform::TorusNetwork torus(machine, platform::smallest_slice(machine), false);
    for (int axis = 0; axis < 3; ++axis) {
      std::map<int, int> in_rings;
      for (const auto& ring : torus.rings(axis)) {
        for (const int link : ring) ++in_rings[link];
      }
      CHECK(torus.rings(axis).size() == static_cast<size_t>(60 / torus.axes()[axis].size));
      CHECK(in_rings == loads(torus, axis));
    }
    CHECK(torus.core_links().size() == 20);
  }
}
