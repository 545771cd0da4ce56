#pragma once

#include <array>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace podsim::catalog {

/// How a collective library packs bytes on the wire. NCCL: `ll` and `ll128` carry flags beside the
/// data and need no fences (low latency), `simple` moves large blocks. Other libraries have `simple`.
enum class Protocol { ll, ll128, simple };

/// How a library moves the bytes of a collective (docs/network.md).
enum class Algorithm { ring, tree, nvls, nvls_tree, sharp, hierarchical, halving_doubling, direct, torus };

/// One algorithm with one protocol: times beyond the bytes on the wire.
struct AlgorithmTiming {
  double base_seconds = 0;         ///< start of the kernel
  double chip_hop_seconds = 0;     ///< one step over NVLink or ICI
  double pcie_hop_seconds = 0;     ///< one step over PCIe
  double network_hop_seconds = 0;  ///< one step over the network between nodes
  double efficiency = 1.0;         ///< payload that the links' rate carries
  double chunk_bytes = 0;          ///< of a pipeline; 0 where the hop times have it
  double ramp_seconds = 0;         ///< more for a large message ...
  double ramp_bytes = 0;           ///< ... half of it at this size
};

/// Bytes per second on 1, 2 and more nodes; infinite where nothing limits them.
using RateLimits = std::array<double, 3>;

/// What one generation of chips adds and limits. A channel is one ring or tree of many in parallel.
struct ArchitectureLimits {
  double start_seconds = 0;  ///< launch of a collective on the device
  int channels = 1;          ///< in one box; across boxes there is one for each network card
  RateLimits ll = kUnlimited;
  RateLimits ring_ll128_channel = kUnlimited;
  RateLimits tree = kUnlimited;  ///< with `ll` and `simple`
  RateLimits tree_channel = kUnlimited;
  RateLimits tree_ll128_channel = kUnlimited;
  double ring_plateau = 1.0;  ///< factor on the hops of a ring of blocks across nodes

  static constexpr double kNoLimit = std::numeric_limits<double>::infinity();
  static constexpr RateLimits kUnlimited{kNoLimit, kNoLimit, kNoLimit};
};

/// A collective library of one version, from `platforms/libraries/NAME.yaml`.
struct Library {
  std::string name;
  std::string description;
  std::vector<std::string> default_for;  ///< chip architectures
  std::map<Algorithm, std::map<Protocol, AlgorithmTiming>> algorithms;
  std::map<std::string, ArchitectureLimits> architectures;  ///< by chip architecture, or "any"
  std::map<Protocol, std::vector<double>> tree_correction;  ///< on the planned rate, for 64 B, 128 B, ...
  double ring_plateau_bytes_per_rank = 0;

  /// The limits for a chip's architecture, else those for "any".
  const ArchitectureLimits& limits(const std::string& architecture) const;
};

/// "ring", ... and "ll", ..., in the order of the enumerations.
const std::vector<std::string>& algorithm_names();
const std::vector<std::string>& protocol_names();

const std::string& name_of(Algorithm algorithm);
const std::string& name_of(Protocol protocol);

}  // namespace podsim::catalog
