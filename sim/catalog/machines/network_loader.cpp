#include "catalog/machines/network_loader.hpp"

#include "catalog/text/units.hpp"
#include "catalog/yaml/rules.hpp"

#include <fmt/format.h>

namespace podsim::catalog {
namespace {

FabricLevel load_level(const Field& field, const std::vector<FabricLevel>& below) {
  const MapReader map = field.map({"nodes", "oversubscription"});
  FabricLevel level;
  level.nodes = static_cast<int>(
      map["nodes"].integer(count("a count of nodes", "give the nodes below one switch of this level, for example 32")));
  const int inner = below.empty() ? 1 : below.back().nodes;
  if (level.nodes % inner != 0 || (!below.empty() && level.nodes == inner)) {
    map["nodes"].fail(fmt::format("{} nodes are not made of the level below it, which has {}", level.nodes, inner),
                      "list the levels from the leaves up, each with a multiple of the nodes before it");
  }
  NumberRule rule = positive("an oversubscription",
                             "give the rate of the cards below over the rate of the links up, for example 4", 1e4);
  rule.low = 1;
  rule.low_allowed = true;
  level.oversubscription = map["oversubscription"].number(rule);
  return level;
}

}  // namespace

std::vector<std::string> cluster_network_keys() {
  return {"card_GBps", "efficiency", "cards", "max_nodes", "rails", "in_network_reduction", "hop_us", "levels"};
}

ClusterNetwork load_cluster_network(const Field& field) {
  const MapReader map = field.map(cluster_network_keys());
  ClusterNetwork network;
  network.card_bytes_per_second =
      map["card_GBps"].number(
          rate_rule("give the data-sheet rate of one network card in one direction, for example 12.5", 1e6)) *
      kGB;
  network.card_efficiency = map["efficiency"].number(efficiency());
  network.max_nodes = static_cast<int>(
      map["max_nodes"].integer(count("a count of nodes", "give the boxes of the real machine, for example 130")));
  network.rails = map.boolean_or("rails", false);
  network.reduces = map.boolean_or("in_network_reduction", false);
  if (const auto hop = map.find("hop_us")) {
    network.hop_seconds =
        hop->number(not_negative("a time", "give what one level of switches adds, for example 0.3", 1e6)) * kMicro;
  }
  if (const auto levels = map.find("levels")) {
    for (const Field& level : levels->list()) network.levels.push_back(load_level(level, network.levels));
  }
  return network;
}

}  // namespace podsim::catalog
