#include "platform/switched_boxes.hpp"
#include "platform/impossible.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

namespace {

std::vector<std::string> names_of(const platform::SwitchedBoxesNetwork& boxes, const std::vector<int>& links) {
  std::vector<std::string> names;
  for (const int link : links) names.push_back(boxes.links()[link].name);
  return names;
}

platform::SwitchedBoxesNetwork four_nodes(const catalog::Platform& machine, const platform::NodeFold& fold) {
  return {machine, platform::choose_slice(machine, 16, {}), fold};
}

}  // namespace

TEST_CASE("chips of a switched box meet port to port, nodes card to card") {
  const auto machine = tests::switched_machine(4, 2);
  const auto whole = four_nodes(machine, platform::NodeFold::none());
  CHECK(names_of(whole, whole.chip_route(1, 0, 3)) == std::vector<std::string>{"node1.chip0.out", "node1.chip3.in"});
  CHECK(names_of(whole, whole.network_route(1, 2, 1, 0, 0)) ==
        std::vector<std::string>{"node1.card1.send", "node2.card1.receive"});
  const auto folded = four_nodes(machine, platform::NodeFold::all());
  CHECK(folded.nodes() == 1);
  CHECK(names_of(folded, folded.network_route(0, 1, 1, 0, 0)) ==
        std::vector<std::string>{"node0.card1.send", "node0.card1.receive"});
}

TEST_CASE("a rail-optimised tree oversubscribed 4:1 narrows what leaves a group, rail by rail") {
  auto machine = tests::switched_machine(4, 2);
  auto& network = std::get<catalog::SwitchedBoxes>(machine.interconnect).network;
  network.rails = true;
  network.levels = {{.nodes = 2, .oversubscription = 4}};
  const auto whole = four_nodes(machine, platform::NodeFold::none());
  CHECK(names_of(whole, whole.network_route(0, 1, 1, 0, 0)) ==
        std::vector<std::string>{"node0.card1.send", "node1.card1.receive"});
  const auto route = whole.network_route(1, 2, 1, 0, 0);
  CHECK(names_of(whole, route) == std::vector<std::string>{"node1.card1.send", "group0of2.rail1.up",
                                                           "group1of2.rail1.down", "node2.card1.receive"});
  // Two cards of 1 GB/s below each rail switch.
  CHECK(whole.links()[route[1]].bytes_per_second == 0.5e9);
  // Nodes at the edge of a group are not like the others: all are represented.
  CHECK(four_nodes(machine, platform::NodeFold::all()).nodes() == 4);
}

TEST_CASE("without rails a group has one way up") {
  auto machine = tests::switched_machine(4, 2);
  auto& network = std::get<catalog::SwitchedBoxes>(machine.interconnect).network;
  network.levels = {{.nodes = 3, .oversubscription = 2}};
  const auto folded = four_nodes(machine, platform::NodeFold::all());
  CHECK(folded.nodes() == 4);
  const auto route = folded.network_route(2, 3, 1, 0, 0);
  REQUIRE(route.size() == 4);
  CHECK(folded.links()[route[1]].bytes_per_second == 3e9);
}

TEST_CASE("boxes without a network stand alone") {
  auto machine = tests::switched_machine(4, 2);
  std::get<catalog::SwitchedBoxes>(machine.interconnect).cards = 0;
  CHECK(platform::choose_slice(machine, 4, {}).label == "1 node");
  CHECK_THROWS_WITH(platform::choose_slice(machine, 8, {}),
                    "--chips 8: paper-switch stands alone, no network joins its boxes\n"
                    "  way out: take at most 4 chips, or give the platform an interconnect.network");
}
