#include "platform/nvlink_boxes.hpp"
#include "support/machines.hpp"

#include <catch2/catch.hpp>

using namespace podsim;

namespace {

std::vector<std::string> names(const platform::NvlinkBoxesNetwork& boxes, const std::vector<int>& links) {
  std::vector<std::string> names;
  for (const int link : links) names.push_back(boxes.links()[link].name);
  return names;
}

}  // namespace

TEST_CASE("parallel NVLinks are one link of their joined rate") {
  const auto machine = tests::dgx_1v();
  const platform::NvlinkBoxesNetwork boxes(machine, platform::choose_slice(machine, 8, {}), platform::NodeFold::none());
  CHECK(boxes.links()[boxes.nvlink(0, 0, 1)].bytes_per_second == 20e9);
  CHECK(boxes.links()[boxes.nvlink(0, 0, 3)].bytes_per_second == 40e9);
  CHECK(boxes.direct_links(0, 5) == 0);
}

TEST_CASE("chips that are no NVLink neighbours meet over PCIe and the sockets") {
  const auto machine = tests::dgx_1v();
  const platform::NvlinkBoxesNetwork boxes(machine, platform::choose_slice(machine, 8, {}), platform::NodeFold::none());
  CHECK(names(boxes, boxes.pcie_route(0, 0, 5)) == std::vector<std::string>{"node0.chip0.pcie.up", "node0.switch0.up",
                                                                            "node0.sockets.0-1", "node0.switch2.down",
                                                                            "node0.chip5.pcie.down"});
  CHECK(names(boxes, boxes.pcie_route(0, 6, 7)) ==
        std::vector<std::string>{"node0.chip6.pcie.up", "node0.chip7.pcie.down"});
}

TEST_CASE("two chips share a card, and a folded box sends to itself") {
  const auto machine = tests::dgx_1v();
  const auto slice = platform::choose_slice(machine, 16, {});
  const platform::NvlinkBoxesNetwork whole(machine, slice, platform::NodeFold::none());
  CHECK(names(whole, whole.network_route(0, 1, 1, 3, 2)) ==
        std::vector<std::string>{"node0.chip3.pcie.up", "node0.card1.send", "node1.card1.receive",
                                 "node1.chip2.pcie.down"});
  const platform::NvlinkBoxesNetwork folded(machine, slice, platform::NodeFold::all());
  CHECK(folded.nodes() == 1);
  CHECK(names(folded, folded.network_route(0, 1, 1, 3, 2)) ==
        std::vector<std::string>{"node0.chip3.pcie.up", "node0.card1.send", "node0.card1.receive",
                                 "node0.chip2.pcie.down"});
}
