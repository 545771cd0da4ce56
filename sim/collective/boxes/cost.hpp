#pragma once

#include "catalog/spec/library.hpp"
#include "collective/boxes/boxes_task.hpp"

namespace podsim::collective {

/// What NCCL knows of a group when it chooses.
struct PlannedRates {
  double box = 0;      ///< bytes per second of the rings inside a box
  double network = 0;  ///< of the cards that the group uses in a node
  int cards = 1;       ///< that it uses
  bool nvlink = true;
};

/// NCCL's own model of an all-reduce, all-gather, ...: latency of the hops plus bytes over a planned rate,
/// both by algorithm, protocol, generation of chips and number of nodes. What the library chooses by,
/// not what is simulated. Infinite where the library does not run that algorithm with that protocol.
double planned_seconds(const catalog::Library& library, const catalog::ArchitectureLimits& limits,
                       catalog::Algorithm algorithm, catalog::Protocol protocol, const BoxesGroup& group,
                       const Demand& demand, const PlannedRates& rates);

/// The most that the rings or trees of a group pass on together with a protocol, in bytes per second of payload;
/// infinite where nothing but the links limits them.
double rate_limit(const catalog::Library& library, const catalog::ArchitectureLimits& limits,
                  catalog::Algorithm algorithm, catalog::Protocol protocol, int nodes, int cards);

/// Factor on the latency of hops: a ring of large blocks across nodes is slower than its first blocks.
double hop_factor(const catalog::Library& library, const catalog::ArchitectureLimits& limits,
                  catalog::Algorithm algorithm, catalog::Protocol protocol, const BoxesGroup& group,
                  const Demand& demand);

}  // namespace podsim::collective
