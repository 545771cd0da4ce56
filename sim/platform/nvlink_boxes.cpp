#include "platform/nvlink_boxes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace podsim::platform {
namespace {

bool contains(const std::vector<int>& values, int value) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

std::vector<int> joined(std::vector<int> first, const std::vector<int>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

}  // namespace

NvlinkBoxesNetwork::NvlinkBoxesNetwork(const catalog::Platform& platform, const Slice& slice, const NodeFold& fold)
    : boxes_(std::get<catalog::NvlinkBoxes>(platform.interconnect)),
      slice_nodes_(slice.shape[0]),
      chips_(slice.shape[1]),
      nvlinks_(chips_ * chips_, 0),
      nvlink_slot_(chips_ * chips_, -1),
      cluster_(boxes_.network, static_cast<int>(boxes_.cards.size()), slice_nodes_, fold) {
  for (const auto& pair : boxes_.nvlinks) {
    if (pair.first >= chips_ || pair.second >= chips_) continue;
    nvlinks_[pair.first * chips_ + pair.second] = pair.links;
    nvlinks_[pair.second * chips_ + pair.first] = pair.links;
  }
  for (int node = 0; node < nodes(); ++node) add_node_links(node);
  cluster_.add_links(links_);
}

void NvlinkBoxesNetwork::add_node_links(int node) {
  const size_t first = links_.size();
  const auto offset = [&] { return static_cast<int>(links_.size() - first); };
  const auto add_both_ways = [&](const std::string& name, const char* out, const char* back, double rate) {
    links_.push_back({fmt::format("node{}.{}.{}", node, name, out), rate});
    links_.push_back({fmt::format("node{}.{}.{}", node, name, back), rate});
  };
  for (int from = 0; from < chips_; ++from) {
    for (int to = 0; to < chips_; ++to) {
      const int links = direct_links(from, to);
      if (links == 0) continue;
      nvlink_slot_[from * chips_ + to] = offset();
      links_.push_back({fmt::format("node{}.nvlink{}-{}", node, from, to), links * one_nvlink_bytes_per_second()});
    }
  }
  const double pcie = boxes_.pcie_bytes_per_second * boxes_.pcie_efficiency;
  first_slot_ = offset();
  for (int chip = 0; chip < chips_; ++chip) add_both_ways(fmt::format("chip{}.pcie", chip), "up", "down", pcie);
  first_uplink_ = offset();
  for (size_t i = 0; i < boxes_.switches.size(); ++i) add_both_ways(fmt::format("switch{}", i), "up", "down", pcie);
  first_socket_ = offset();
  add_both_ways("sockets", "0-1", "1-0", boxes_.socket_bytes_per_second);
  links_per_node_ = offset();
}

int NvlinkBoxesNetwork::nvlink(int node, int from, int to) const {
  return link_of(node, nvlink_slot_[from * chips_ + to]);
}

int NvlinkBoxesNetwork::switch_of(int chip) const {
  const auto found = std::find_if(boxes_.switches.begin(), boxes_.switches.end(),
                                  [&](const auto& pcie_switch) { return contains(pcie_switch.chips, chip); });
  return static_cast<int>(found - boxes_.switches.begin());
}

std::vector<int> NvlinkBoxesNetwork::switch_route(int node, int from_switch, int to_switch) const {
  if (from_switch == to_switch) return {};
  const int from_socket = boxes_.switches[from_switch].socket;
  std::vector<int> route{link_of(node, first_uplink_ + 2 * from_switch)};
  if (from_socket != boxes_.switches[to_switch].socket) route.push_back(link_of(node, first_socket_ + from_socket));
  route.push_back(link_of(node, first_uplink_ + 2 * to_switch + 1));
  return route;
}

std::vector<int> NvlinkBoxesNetwork::pcie_route(int node, int from, int to) const {
  auto route = joined({link_of(node, first_slot_ + 2 * from)}, switch_route(node, switch_of(from), switch_of(to)));
  route.push_back(link_of(node, first_slot_ + 2 * to + 1));
  return route;
}

std::vector<int> NvlinkBoxesNetwork::chip_route(int node, int from, int to) const {
  if (direct_links(from, to) > 0) return {nvlink(node, from, to)};
  return pcie_route(node, from, to);
}

int NvlinkBoxesNetwork::card_of(int chip) const {
  const int own_switch = switch_of(chip);
  const int own_socket = boxes_.switches[own_switch].socket;
  const auto nearest = [&](const auto& is_near) {
    for (size_t card = 0; card < boxes_.cards.size(); ++card) {
      if (is_near(boxes_.cards[card].pcie_switch)) return static_cast<int>(card);
    }
    return -1;
  };
  const int below_switch = nearest([&](int pcie_switch) { return pcie_switch == own_switch; });
  if (below_switch >= 0) return below_switch;
  return std::max(0, nearest([&](int pcie_switch) { return boxes_.switches[pcie_switch].socket == own_socket; }));
}

std::vector<int> NvlinkBoxesNetwork::network_route(int from_node, int to_node, int card, int from, int to) const {
  const int card_switch = boxes_.cards[card].pcie_switch;
  const int end = cluster_.represented(to_node);
  auto route =
      joined({link_of(from_node, first_slot_ + 2 * from)}, switch_route(from_node, switch_of(from), card_switch));
  route = joined(std::move(route), cluster_.route(from_node, to_node, card));
  route = joined(std::move(route), switch_route(end, card_switch, switch_of(to)));
  route.push_back(link_of(end, first_slot_ + 2 * to + 1));
  return route;
}

}  // namespace podsim::platform
