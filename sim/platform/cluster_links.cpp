#include "platform/cluster_links.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace podsim::platform {

ClusterLinks::ClusterLinks(catalog::ClusterNetwork network, int cards, int slice_nodes, const NodeFold& fold)
    : network_(std::move(network)), cards_(cards), fold_(fold.of(slice_nodes)) {
  for (size_t i = 0; i < network_.levels.size(); ++i) {
    const catalog::FabricLevel& level = network_.levels[i];
    if (level.oversubscription <= 1 || level.nodes >= slice_nodes) continue;
    const bool rails = network_.rails && i == 0;
    const double cards_below = static_cast<double>(level.nodes) * (rails ? 1 : cards);
    levels_.push_back({.nodes = level.nodes,
                       .rails = rails ? cards : 1,
                       .bytes_per_second = cards_below * network_.card_rate() / level.oversubscription});
    fold_ = NodeFold::none();
  }
  nodes_ = slice_nodes / fold_.count;
}

void ClusterLinks::add_links(std::vector<Link>& links) {
  const auto add_both_ways = [&](const std::string& name, const char* out, const char* back, double rate) {
    links.push_back({fmt::format("{}.{}", name, out), rate});
    links.push_back({fmt::format("{}.{}", name, back), rate});
  };
  first_card_link_ = static_cast<int>(links.size());
  for (int node = 0; node < nodes_; ++node) {
    for (int card = 0; card < cards_; ++card) {
      add_both_ways(fmt::format("node{}.card{}", node, card), "send", "receive", network_.card_rate());
    }
  }
  for (Level& level : levels_) {
    level.first_link = static_cast<int>(links.size());
    const int groups = (nodes_ + level.nodes - 1) / level.nodes;
    for (int group = 0; group < groups; ++group) {
      for (int rail = 0; rail < level.rails; ++rail) {
        add_both_ways(fmt::format("group{}of{}.rail{}", group, level.nodes, rail), "up", "down",
                      level.bytes_per_second);
      }
    }
  }
}

int ClusterLinks::group_link(const Level& level, int node, int card, bool up) const {
  const int group = represented(node) / level.nodes;
  const int rail = level.rails == 1 ? 0 : card;
  return level.first_link + 2 * (group * level.rails + rail) + (up ? 0 : 1);
}

std::vector<int> ClusterLinks::route(int from, int to, int card) const {
  std::vector<int> route{first_card_link_ + 2 * (from * cards_ + card)};
  std::vector<int> down;
  for (const Level& level : levels_) {
    if (from / level.nodes == to / level.nodes) break;
    route.push_back(group_link(level, from, card, true));
    down.push_back(group_link(level, to, card, false));
  }
  route.insert(route.end(), down.rbegin(), down.rend());
  route.push_back(first_card_link_ + 2 * (represented(to) * cards_ + card) + 1);
  return route;
}

}  // namespace podsim::platform
