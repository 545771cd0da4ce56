#include "platform/switched_boxes.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::platform {

SwitchedBoxesNetwork::SwitchedBoxesNetwork(const catalog::Platform& platform, const Slice& slice, const NodeFold& fold)
    : boxes_(std::get<catalog::SwitchedBoxes>(platform.interconnect)),
      slice_nodes_(slice.shape[0]),
      chips_(slice.shape[1]),
      node_chips_(platform.node.chips),
      cluster_(boxes_.network, boxes_.cards, slice_nodes_, fold) {
  for (int node = 0; node < nodes(); ++node) {
    for (int chip = 0; chip < chips_; ++chip) {
      links_.push_back({fmt::format("node{}.chip{}.out", node, chip), boxes_.chip_rate()});
      links_.push_back({fmt::format("node{}.chip{}.in", node, chip), boxes_.chip_rate()});
    }
  }
  cluster_.add_links(links_);
}

std::vector<int> SwitchedBoxesNetwork::chip_route(int node, int from, int to) const {
  return {2 * (node * chips_ + from), 2 * (node * chips_ + to) + 1};
}

std::vector<int> SwitchedBoxesNetwork::chips_below(int card) const {
  std::vector<int> below;
  for (int chip = 0; chip < chips_; ++chip) {
    const bool many_cards = cards() > node_chips_;
    if (many_cards ? card * node_chips_ / cards() == chip : card_of(chip) == card) below.push_back(chip);
  }
  return below;
}

std::vector<int> SwitchedBoxesNetwork::network_route(int from_node, int to_node, int card, int, int) const {
  return cluster_.route(from_node, to_node, card);
}

}  // namespace podsim::platform
