#pragma once

#include "catalog/chip.hpp"

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace podsim::catalog {

/// A k-dimensional torus of chips (TPU pods). A slice is a box of chips; an
/// axis wraps around only where it spans the whole axis of the pod.
struct Torus {
  std::vector<int> pod_shape;            ///< chips along each axis of the real machine
  std::vector<std::vector<int>> slices;  ///< legal slice shapes, smallest first
  double link_bytes_per_second = 0;      ///< data-sheet peak of one link, per direction
  double link_efficiency = 1.0;
};

/// A pair of chips in one box joined by `links` parallel NVLinks.
struct NvlinkPair {
  int first = 0;
  int second = 0;
  int links = 1;
};

/// One PCIe switch: the chips below it and its socket. All share one uplink.
struct PcieSwitch {
  std::vector<int> chips;
  int socket = 0;
};

/// One network card and the PCIe switch (index) that it hangs from.
struct NetworkCard {
  int pcie_switch = 0;
};

/// Boxes of chips joined point to point by NVLink, a PCIe tree below, network
/// cards into a non-blocking fabric (DGX-1 and its cloud siblings).
struct NvlinkBoxes {
  double nvlink_bytes_per_second = 0;  ///< one link, per direction, data sheet
  double nvlink_efficiency = 1.0;
  std::vector<NvlinkPair> nvlinks;
  double pcie_bytes_per_second = 0;  ///< one x16 slot or uplink, per direction
  double pcie_efficiency = 1.0;
  double socket_bytes_per_second = 0;  ///< between the two sockets, per direction, effective
  std::vector<PcieSwitch> switches;
  std::vector<NetworkCard> cards;
  double card_bytes_per_second = 0;  ///< one card, per direction, data sheet
  double card_efficiency = 1.0;
  int max_nodes = 1;  ///< boxes of the real machine; more is a what-if
};

struct Node {
  int chips = 1;
  double host_watts = 0;  ///< mean draw of the box beyond its chips
};

/// What the provider bills. All prices are per billed unit and hour.
struct Prices {
  std::string unit;  ///< "device", "node" or "chip"
  int chips_per_unit = 1;
  std::string date;                                 ///< "2019-06"
  std::map<std::string, double> usd_per_unit_hour;  ///< "on_demand", "preemptible", "commitment_1y", ...
};

/// A machine: chip + node + interconnect + prices, from `platforms/NAME.yaml`.
struct Platform {
  std::string name;
  std::string description;
  Chip chip;
  Node node;
  std::variant<Torus, NvlinkBoxes> interconnect;
  Prices prices;
};

}  // namespace podsim::catalog
