#pragma once

#include "catalog/spec/chip.hpp"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace podsim::catalog {

/// Switches above one group of nodes. Their links upwards carry 1 / `oversubscription` of what the
/// network cards below them can send.
struct FabricLevel {
  int nodes = 1;  ///< below one switch, or below one set of rail switches
  double oversubscription = 1.0;
};

/// The network between nodes: cards into leaf switches and the levels above. Without levels nothing
/// but the cards limits it.
struct ClusterNetwork {
  double card_bytes_per_second = 0;  ///< one card, per direction, data sheet
  double card_efficiency = 1.0;
  int max_nodes = 1;                ///< nodes of the real machine; more is a what-if
  bool rails = false;               ///< card i of every node hangs from a leaf switch of its own
  bool reduces = false;             ///< switches add up what they pass on (SHARP)
  double hop_seconds = 0;           ///< one switch level, up and down
  std::vector<FabricLevel> levels;  ///< from the leaves up

  double card_rate() const { return card_bytes_per_second * card_efficiency; }
};

/// The network that joins pods, through the hosts of their nodes.
struct DataCenterNetwork {
  double node_bytes_per_second = 0;  ///< one node, per direction, data sheet
  double node_efficiency = 1.0;
  int max_pods = 1;  ///< 1: the pods stand alone
};

/// A k-dimensional torus of chips (TPU pods). A slice is a box of chips; an
/// axis wraps around only where it spans the whole axis of the pod, or, in a machine made of cubes,
/// where the slice is made of whole cubes.
struct Torus {
  std::vector<int> pod_shape;            ///< chips along each axis of the real machine
  std::vector<std::vector<int>> slices;  ///< legal slice shapes, smallest first
  double link_bytes_per_second = 0;      ///< data-sheet peak of one link, per direction
  double link_efficiency = 1.0;
  int wrap_cube = 0;     ///< edge of the cubes that optical switches join; 0: the pod's own wrap-around
  bool twisted = false;  ///< slices of n x n x 2n and n x 2n x 2n chips close with a twist
  DataCenterNetwork data_center{};
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

/// Boxes of chips joined point to point by NVLink (or by nothing but PCIe), a PCIe tree below,
/// network cards above (DGX-1 and its cloud siblings, workstations).
struct NvlinkBoxes {
  double nvlink_bytes_per_second = 0;  ///< one link, per direction, data sheet; 0 without NVLink
  double nvlink_efficiency = 1.0;
  std::vector<NvlinkPair> nvlinks;
  double pcie_bytes_per_second = 0;  ///< one x16 slot or uplink, per direction
  double pcie_efficiency = 1.0;
  double socket_bytes_per_second = 0;  ///< between the two sockets, per direction, effective
  std::vector<PcieSwitch> switches;
  std::vector<NetworkCard> cards;  ///< none: boxes that stand alone
  ClusterNetwork network{};
};

/// Boxes whose chips meet in a switch (NVSwitch): any chip reaches any other at its full rate.
struct SwitchedBoxes {
  double chip_bytes_per_second = 0;  ///< one chip into the switch, per direction, data sheet
  double chip_efficiency = 1.0;
  bool reduces = false;  ///< the switch adds up what the chips send (NVLink SHARP)
  int cards = 0;         ///< per node, spread evenly over its chips; 0: boxes that stand alone
  ClusterNetwork network{};

  double chip_rate() const { return chip_bytes_per_second * chip_efficiency; }
};

using Interconnect = std::variant<Torus, NvlinkBoxes, SwitchedBoxes>;

struct Node {
  int chips = 1;
  int host_cores = 0;     ///< CPU cores of the box; 0: not known
  double host_watts = 0;  ///< mean draw of the box beyond its chips
};

/// Hardware that is bought and not rented.
struct Owned {
  double purchase_usd_per_unit = 0;
  double extra_share = 0;  ///< network, storage and support over the purchase price
  double years = 0;        ///< of straight-line depreciation
  double utilisation = 1;  ///< share of these years in which the machine works
};

/// A price by the hour of one billed unit.
struct HourlyPrice {
  double usd = 0;
  std::optional<double> host_usd{};  ///< billed beside it for the host; of all kinds of a list, or of none
  bool preemptible = false;          ///< the provider takes the machines back when others pay more
};

/// The kind of price of machines that one has bought, beside those that a provider names.
inline constexpr const char* kOwnedKind = "owned";

/// What the provider bills, from `platforms/prices/NAME.yaml` or inline. Prices are per billed unit and hour.
struct Prices {
  std::string name;         ///< empty for prices inside a platform
  std::string description;  ///< likewise
  std::string provider;     ///< may be empty
  std::string region;       ///< may be empty
  std::string unit;         ///< "device", "node" or "chip"
  int chips_per_unit = 1;
  std::string date;                           ///< "2019-06"
  std::map<std::string, HourlyPrice> hourly;  ///< by the provider's words: "on_demand", "commitment_1y", ...
  double minimum_seconds = 0;                 ///< shortest time that is billed
  double storage_usd_per_byte_second = 0;
  std::optional<Owned> owned;
};

/// Where checkpoints go.
struct Storage {
  double node_bytes_per_second = 0;   ///< from one node
  double total_bytes_per_second = 0;  ///< of the whole store; 0: no limit
};

/// The data centre.
struct Site {
  double pue = 1;                ///< power usage effectiveness: energy of the building over that of the machines
  double usd_per_joule = 0;      ///< price of electricity
  double kg_co2e_per_joule = 0;  ///< of the grid
  bool grid_known = false;       ///< kg_co2e_per_joule was given
};

/// Unplanned stops. Each node fails at a constant rate, and the whole job with it.
struct Faults {
  double failures_per_node_second = 0;
  double restart_seconds = 0;  ///< from the failure until training goes on: detect, replace, load, compile
};

/// How a provider takes preemptible machines back.
struct Preemption {
  bool per_slice = true;    ///< the whole slice at once; else each node on its own
  double mean_seconds = 0;  ///< mean time until that happens
  double max_seconds = 0;   ///< longest life; 0: no limit
  double wait_seconds = 0;  ///< until machines are to be had again; not billed
};

/// A machine: chip + node + interconnect + prices, from `platforms/NAME.yaml`.
struct Platform {
  std::string name;
  std::string description;
  Chip chip;
  Node node;
  Interconnect interconnect;
  Prices prices;
  std::optional<Storage> storage{};
  std::optional<Site> site{};
  std::optional<Faults> faults{};
  std::optional<Preemption> preemption{};
};

}  // namespace podsim::catalog
