#include "catalog/spec/link_classes.hpp"

#include <algorithm>

namespace podsim::catalog {
namespace {

std::vector<LinkClass> links_of(Torus& torus) {
  std::vector<LinkClass> classes{{"chip_links", {&torus.link_bytes_per_second}}};
  if (torus.data_center.max_pods > 1) classes.push_back({"between_pods", {&torus.data_center.node_bytes_per_second}});
  return classes;
}

std::vector<LinkClass> links_of(NvlinkBoxes& boxes) {
  return {{"nvlink", {&boxes.nvlink_bytes_per_second}},
          {"pcie", {&boxes.pcie_bytes_per_second, &boxes.socket_bytes_per_second}},
          {"network", {&boxes.network.card_bytes_per_second}}};
}

std::vector<LinkClass> links_of(SwitchedBoxes& boxes) {
  return {{"nvlink", {&boxes.chip_bytes_per_second}}, {"network", {&boxes.network.card_bytes_per_second}}};
}

}  // namespace

ClusterNetwork* cluster_network(Platform& platform) {
  if (auto* boxes = std::get_if<NvlinkBoxes>(&platform.interconnect)) return &boxes->network;
  if (auto* boxes = std::get_if<SwitchedBoxes>(&platform.interconnect)) return &boxes->network;
  return nullptr;
}

std::vector<LinkClass> link_classes(Platform& platform) {
  std::vector<LinkClass> classes = std::visit([](auto& kind) { return links_of(kind); }, platform.interconnect);
  if (platform.chip.ranks > 1) classes.push_back({"core_links", {&platform.chip.core_link_bytes_per_second}});
  return classes;
}

}  // namespace podsim::catalog
