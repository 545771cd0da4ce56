#pragma once

#include "catalog/spec/library.hpp"
#include "catalog/spec/platform.hpp"
#include "collective/bound.hpp"
#include "collective/collectives.hpp"
#include "step/simulation.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace podsim::tests {

/// A pod of one-rank chips with links of 1 GB/s, so that times can be worked out on paper.
inline catalog::Platform torus_machine(std::vector<int> pod, std::vector<std::vector<int>> slices, int ranks = 1) {
  catalog::Platform platform;
  platform.name = "paper-pod";
  platform.chip.name = "paper-chip";
  platform.chip.ranks = ranks;
  platform.chip.core_link_bytes_per_second = 10e9;
  platform.node.chips = 4;
  platform.interconnect =
      catalog::Torus{.pod_shape = std::move(pod), .slices = std::move(slices), .link_bytes_per_second = 1e9};
  return platform;
}

/// The DGX-1V: NVLink hybrid cube mesh as `nvidia-smi topo -m` prints it, four PCIe switches with two
/// chips and one EDR card each. Effective rates of 20, 12 and 12 GB/s.
inline catalog::Platform dgx_1v() {
  catalog::Platform platform;
  platform.name = "paper-dgx";
  platform.chip.name = "paper-gpu";
  platform.node.chips = 8;
  catalog::NvlinkBoxes boxes;
  boxes.nvlink_bytes_per_second = 25e9;
  boxes.nvlink_efficiency = 0.8;
  boxes.nvlinks = {{0, 1, 1}, {0, 2, 1}, {0, 3, 2}, {0, 4, 2}, {1, 2, 2}, {1, 3, 1}, {1, 5, 2}, {2, 3, 2},
                   {2, 6, 1}, {3, 7, 1}, {4, 5, 1}, {4, 6, 1}, {4, 7, 2}, {5, 6, 2}, {5, 7, 1}, {6, 7, 2}};
  boxes.pcie_bytes_per_second = 15e9;
  boxes.pcie_efficiency = 0.8;
  boxes.socket_bytes_per_second = 9e9;
  boxes.switches = {{{0, 1}, 0}, {{2, 3}, 0}, {{4, 5}, 1}, {{6, 7}, 1}};
  boxes.cards = {{0}, {1}, {2}, {3}};
  boxes.network.card_bytes_per_second = 12.5e9;
  boxes.network.card_efficiency = 0.96;
  boxes.network.max_nodes = 4;
  platform.interconnect = boxes;
  return platform;
}

/// Boxes of chips with 10 GB/s into a switch, and cards of 1 GB/s between boxes.
inline catalog::Platform switched_machine(int chips, int cards) {
  catalog::Platform platform;
  platform.name = "paper-switch";
  platform.chip.name = "paper-gpu";
  platform.node.chips = chips;
  catalog::SwitchedBoxes boxes;
  boxes.chip_bytes_per_second = 10e9;
  boxes.cards = cards;
  boxes.network.card_bytes_per_second = 1e9;
  boxes.network.max_nodes = 64;
  platform.interconnect = boxes;
  return platform;
}

/// A library without protocols: rings, trees and the rest with these latencies, and the whole rate of the links.
inline catalog::Library paper_library(double base_seconds = 0, double chip_hop_seconds = 0,
                                      double network_hop_seconds = 0) {
  catalog::Library library;
  library.name = "paper-library";
  const catalog::AlgorithmTiming timing{.base_seconds = base_seconds,
                                        .chip_hop_seconds = chip_hop_seconds,
                                        .pcie_hop_seconds = chip_hop_seconds,
                                        .network_hop_seconds = network_hop_seconds};
  for (const auto algorithm : {catalog::Algorithm::ring, catalog::Algorithm::torus})
    library.algorithms[algorithm][catalog::Protocol::simple] = timing;
  library.architectures["any"] = {};
  return library;
}

/// All-reduces of these bytes over all `ranks` of a slice.
inline std::vector<collective::Demand> all_reduces_of(int ranks, const std::vector<double>& sizes) {
  std::vector<collective::Demand> demands;
  for (const double bytes : sizes) demands.push_back({collective::Operation::all_reduce, {.size = ranks}, bytes});
  return demands;
}

/// The bound of an all-reduce over all ranks of a slice.
inline double all_reduce_bound_seconds(const catalog::Platform& platform, const platform::Slice& slice, double bytes) {
  return collective::bound_seconds(platform, slice, all_reduces_of(slice.chips * platform.chip.ranks, {bytes}).front());
}

/// The all-reduces of these sizes over all ranks of a slice.
inline collective::Collectives plan_all_reduces(const catalog::Platform& platform, const platform::Slice& slice,
                                                const catalog::Library& library, const std::vector<double>& sizes,
                                                bool folded) {
  return collective::plan_collectives(platform, slice, library,
                                      all_reduces_of(slice.chips * platform.chip.ranks, sizes), folded);
}

/// A step that does nothing but the one collective that is planned.
inline parallel::StepProgram one_collective(const collective::Demand& demand) {
  parallel::StepProgram program;
  program.streams = {{demand.group}};
  program.messages = {{.operation = demand.operation, .bytes = demand.bytes}};
  program.add_kind({parallel::Start{0}, parallel::Await{0}});
  return program;
}

/// Simulated seconds of one all-reduce of `bytes` on each of some networks, alone; at most once a process.
inline std::vector<double> simulate_all_reduces(const std::vector<collective::Collectives>& networks,
                                                const std::vector<int>& ranks, double bytes) {
  step::Simulation simulation;
  for (size_t i = 0; i < networks.size(); ++i) {
    const auto& schedules = networks[i].schedules;
    const auto found = std::find_if(schedules.begin(), schedules.end(),
                                    [&](const auto& planned) { return planned.first.bytes == bytes; });
    simulation.add({.name = "reduce" + std::to_string(i),
                    .collectives = networks[i],
                    .kinds = std::vector<size_t>(static_cast<size_t>(ranks[i]), 0),
                    .ranks_per_node = ranks[i],
                    .programs = {one_collective(found->first)}});
  }
  std::vector<double> seconds;
  for (const auto& measured : simulation.run()) seconds.push_back(measured.front().seconds);
  return seconds;
}

}  // namespace podsim::tests
