#pragma once

#include "platform/network.hpp"

#include <vector>

namespace podsim::tests {

/// One hop of a ring: its route, and the latency that a chunk sleeps after it has been sent.
struct ChunkHop {
  int route = 0;
  double latency_seconds = 0;
};

/// Chips in a ring that pass chunks on: in each round every chip sends the chunk that it got in the
/// round before (at first its own) to the next.
struct ChunkRing {
  std::vector<ChunkHop> hops;
  int rounds = 0;
  double chunk_bytes = 0;
  double last_chunk_bytes = 0;  ///< of the last round; 0: as the others
};

/// Rings that run at the same time; the next group starts when all have ended.
using ChunkPhase = std::vector<ChunkRing>;

/// Simulated seconds of an algorithm message by message: the reference for the fluid phases. Routes
/// are shared as SimGrid shares them; a chip sends one chunk at a time. Once per process.
double chunk_by_chunk_seconds(const platform::Network& network, const std::vector<ChunkPhase>& phases);

}  // namespace podsim::tests
