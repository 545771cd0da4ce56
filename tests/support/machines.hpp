#pragma once

#include "catalog/spec/library.hpp"
#include "catalog/spec/platform.hpp"
#include "step/simulation.hpp"

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

/// A step that does nothing but all-reduce buckets of these bytes.
inline parallel::StepProgram reduce_only(std::vector<double> bucket_bytes) {
  parallel::StepProgram program;
  program.operations = {{"work", parallel::Activity::backward, 1e-6, 0, 0},
                        {"update", parallel::Activity::optimizer, 1e-6, 0, 0}};
  program.segments = {{parallel::Activity::backward, 1e-6, 0, 1, {}}, {parallel::Activity::optimizer, 1e-6, 1, 2, {}}};
  for (size_t i = 0; i < bucket_bytes.size(); ++i) program.segments[0].posts.push_back(static_cast<int>(i));
  program.bucket_bytes = std::move(bucket_bytes);
  return program;
}

/// Simulated seconds of one all-reduce of `bytes`, alone; construct at most one a process.
inline std::vector<double> simulate_all_reduces(const std::vector<collective::AllReduce>& all_reduces,
                                                const std::vector<int>& ranks, double bytes) {
  step::Simulation simulation;
  for (size_t i = 0; i < all_reduces.size(); ++i) {
    simulation.add({.name = "reduce" + std::to_string(i),
                    .all_reduce = all_reduces[i],
                    .ranks = ranks[i],
                    .ranks_per_node = ranks[i],
                    .programs = {reduce_only({bytes})}});
  }
  std::vector<double> seconds;
  for (const auto& measured : simulation.run()) {
    for (const auto& span : measured.front().spans) {
      if (span.kind == step::Span::Kind::collective) seconds.push_back(span.end_seconds - span.start_seconds);
    }
  }
  return seconds;
}

}  // namespace podsim::tests
