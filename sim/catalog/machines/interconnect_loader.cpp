#include "catalog/machines/interconnect_loader.hpp"

#include "catalog/machines/network_loader.hpp"
#include "catalog/text/units.hpp"
#include "catalog/yaml/rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

namespace podsim::catalog {
namespace {

constexpr int kMaxAxes = 3;
constexpr int kSockets = 2;

NumberRule rate(const std::string& what, const std::string& example) {
  return rate_rule(fmt::format("give the data-sheet rate of {} in one direction, for example {}", what, example), 1e6);
}

std::vector<int> load_shape(const Field& field) {
  std::vector<int> shape;
  for (const Field& axis : field.list()) {
    shape.push_back(static_cast<int>(
        axis.integer(count("an axis of a torus", "give the chips along the axis, for example 32", 1, 1 << 16))));
  }
  return shape;
}

std::vector<int> load_pod_shape(const Field& field, int node_chips) {
  std::vector<int> shape = load_shape(field);
  if (shape.size() > kMaxAxes) {
    field.fail(fmt::format("the torus has {} axes, it must have 1 to {}", shape.size(), kMaxAxes),
               "give the chips along each axis, for example [32, 32]");
  }
  int64_t chips = 1;
  for (const int axis : shape) chips *= axis;
  if (chips % node_chips != 0) {
    field.fail(fmt::format("{} chips are no whole number of nodes of {}", chips, node_chips),
               "change pod_shape or node.chips");
  }
  return shape;
}

int64_t chips_of(const std::vector<int>& shape) {
  int64_t chips = 1;
  for (const int axis : shape) chips *= axis;
  return chips;
}

void check_slice(const Field& field, const std::vector<int>& slice, const Torus& torus) {
  const std::vector<Field> sides = field.list();
  for (size_t axis = 0; axis < slice.size(); ++axis) {
    if (slice[axis] > torus.pod_shape[axis]) {
      sides[axis].fail(fmt::format("the slice {} does not fit in the pod {}", fmt::join(slice, "x"),
                                   fmt::join(torus.pod_shape, "x")),
                       "give a slice no longer than the pod along each axis, or a larger pod_shape");
    }
  }
  if (!torus.slices.empty() && chips_of(slice) <= chips_of(torus.slices.back())) {
    field.fail(fmt::format("the slice {} has no more chips than {} before it", fmt::join(slice, "x"),
                           fmt::join(torus.slices.back(), "x")),
               "list the slices from the smallest to the largest, one for each number of chips");
  }
}

int load_wrap_cube(const Field& field, const std::vector<int>& pod_shape) {
  const auto edge = static_cast<int>(field.integer(count(
      "an edge of a cube", "give the chips along the edge of the cubes that the pod is made of, for example 4", 2)));
  for (const int axis : pod_shape) {
    if (axis % edge == 0) continue;
    field.fail(fmt::format("the pod {} is not made of cubes of {}", fmt::join(pod_shape, "x"), edge),
               "give an edge that divides every axis of the pod, or leave the key away");
  }
  return edge;
}

DataCenterNetwork load_data_center(const Field& field) {
  const MapReader map = field.map({"node_GBps", "efficiency", "max_pods"});
  return {.node_bytes_per_second = map["node_GBps"].number(rate("the cards of one node", "25")) * kGB,
          .node_efficiency = map["efficiency"].number(efficiency()),
          .max_pods = static_cast<int>(map["max_pods"].integer(
              count("a count of pods", "give the pods that one job may span, for example 8", 2, 4096)))};
}

Torus load_torus(const Field& field, int node_chips) {
  const MapReader map = field.map({"topology", "pod_shape", "slices", "wrap_cube", "twisted", "link_GBps",
                                   "link_efficiency", "data_center_network"});
  Torus torus;
  torus.pod_shape = load_pod_shape(map["pod_shape"], node_chips);
  for (const Field& element : map["slices"].list()) {
    element.list_of(torus.pod_shape.size(), "the chips along each axis of the pod, for example [4, 8]");
    const std::vector<int> slice = load_shape(element);
    check_slice(element, slice, torus);
    torus.slices.push_back(slice);
  }
  torus.link_bytes_per_second = map["link_GBps"].number(rate("one link", "82")) * kGB;
  torus.link_efficiency = map["link_efficiency"].number(efficiency());
  if (const auto network = map.find("data_center_network")) torus.data_center = load_data_center(*network);
  torus.twisted = map.boolean_or("twisted", false);
  if (map.find("wrap_cube")) torus.wrap_cube = load_wrap_cube(map["wrap_cube"], torus.pod_shape);
  return torus;
}

int load_chip_index(const Field& field, int node_chips) {
  return static_cast<int>(field.integer(
      count("a chip of the node", fmt::format("the chips are 0 to {}", node_chips - 1), 0, node_chips - 1)));
}

void load_nvlink(const Field& field, int node_chips, NvlinkBoxes& boxes) {
  const MapReader map = field.map({"link_GBps", "efficiency", "pairs"});
  boxes.nvlink_bytes_per_second = map["link_GBps"].number(rate("one NVLink", "25")) * kGB;
  boxes.nvlink_efficiency = map["efficiency"].number(efficiency());
  std::set<std::pair<int, int>> seen;
  for (const Field& element : map["pairs"].list()) {
    const std::vector<Field> parts = element.list_of(3, "two chips and the links between them, for example [0, 3, 2]");
    const int first = load_chip_index(parts[0], node_chips);
    const int second = load_chip_index(parts[1], node_chips);
    if (first == second) element.fail("a chip has no link to itself", "name two different chips");
    if (!seen.insert(std::minmax(first, second)).second) {
      element.fail(fmt::format("the pair {}, {} stands here twice", first, second), "give all links of a pair at once");
    }
    boxes.nvlinks.push_back({first, second,
                             static_cast<int>(parts[2].integer(count(
                                 "a count of links", "give the parallel links of the pair, for example 2", 1, 64)))});
  }
}

void load_switch_chips(const Field& field, int node_chips, std::set<int>& seen, PcieSwitch& pcie_switch) {
  for (const Field& element : field.list()) {
    const int chip = load_chip_index(element, node_chips);
    if (!seen.insert(chip).second) {
      element.fail(fmt::format("chip {} is under two switches", chip), "name each chip under one switch");
    }
    pcie_switch.chips.push_back(chip);
  }
}

void load_switches(const Field& field, int node_chips, NvlinkBoxes& boxes) {
  std::set<int> seen;
  for (const Field& element : field.list()) {
    const MapReader map = element.map({"chips", "socket"});
    PcieSwitch pcie_switch;
    load_switch_chips(map["chips"], node_chips, seen, pcie_switch);
    pcie_switch.socket =
        static_cast<int>(map["socket"].integer(count("a socket", "the sockets are 0 and 1", 0, kSockets - 1)));
    boxes.switches.push_back(pcie_switch);
  }
  for (int chip = 0; chip < node_chips; ++chip) {
    if (!seen.contains(chip)) {
      field.fail(fmt::format("chip {} is under no switch", chip), "name each of the node's chips under one switch");
    }
  }
}

void load_pcie(const Field& field, int node_chips, NvlinkBoxes& boxes) {
  const MapReader map = field.map({"slot_GBps", "efficiency", "socket_GBps", "switches"});
  boxes.pcie_bytes_per_second = map["slot_GBps"].number(rate("one x16 slot", "15.75")) * kGB;
  boxes.pcie_efficiency = map["efficiency"].number(efficiency());
  boxes.socket_bytes_per_second =
      map["socket_GBps"].number(rate_rule("give what is reached between the sockets in one direction", 1e6)) * kGB;
  load_switches(map["switches"], node_chips, boxes);
}

void load_cards(const Field& field, NvlinkBoxes& boxes) {
  const auto last_switch = static_cast<int64_t>(boxes.switches.size()) - 1;
  for (const Field& element : field.list()) {
    const Field pcie_switch = element.map({"switch"})["switch"];
    boxes.cards.push_back({static_cast<int>(pcie_switch.integer(
        count("a PCIe switch", fmt::format("the switches are 0 to {}", last_switch), 0, last_switch)))});
  }
}

NvlinkBoxes load_nvlink_boxes(const Field& field, int node_chips) {
  const MapReader map = field.map({"topology", "nvlink", "pcie", "network"});
  NvlinkBoxes boxes;
  if (const auto nvlink = map.find("nvlink")) load_nvlink(*nvlink, node_chips, boxes);
  load_pcie(map["pcie"], node_chips, boxes);
  if (const auto network = map.find("network")) {
    boxes.network = load_cluster_network(*network);
    load_cards(network->map(cluster_network_keys())["cards"], boxes);
  }
  return boxes;
}

SwitchedBoxes load_switched_boxes(const Field& field, int node_chips) {
  const MapReader map = field.map({"topology", "chip_GBps", "efficiency", "in_switch_reduction", "network"});
  SwitchedBoxes boxes;
  boxes.chip_bytes_per_second = map["chip_GBps"].number(rate("one chip into the switch", "300")) * kGB;
  boxes.chip_efficiency = map["efficiency"].number(efficiency());
  boxes.reduces = map.boolean_or("in_switch_reduction", false);
  if (const auto network = map.find("network")) {
    boxes.network = load_cluster_network(*network);
    const Field cards = network->map(cluster_network_keys())["cards"];
    boxes.cards = static_cast<int>(
        cards.integer(count("a count of cards", "give the network cards of one node, for example 8", 1, 4096)));
    if (node_chips % boxes.cards != 0 && boxes.cards % node_chips != 0) {
      cards.fail(fmt::format("{} cards do not spread evenly over {} chips", boxes.cards, node_chips),
                 "give a number that divides the chips of a node, or a multiple of them");
    }
  }
  return boxes;
}

}  // namespace

Interconnect load_interconnect(const Field& field, int node_chips) {
  const std::vector<std::string> topologies = {"torus", "nvlink_boxes", "switched_boxes"};
  switch (field.variant("topology", topologies, "topologies")) {
    case 0: return load_torus(field, node_chips);
    case 1: return load_nvlink_boxes(field, node_chips);
    default: return load_switched_boxes(field, node_chips);
  }
}

}  // namespace podsim::catalog
