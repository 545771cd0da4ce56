#pragma once

#include "platform/network.hpp"

#include <vector>

namespace podsim::tests {

/// One way from a chip to another that chunks take in order: a chunk leaves when the ways of `after` have delivered
/// theirs of the same number and the chunk before it has left.
struct ChunkEdge {
  int route = 0;
  double latency_seconds = 0;
  std::vector<int> after;
};

/// Simulated seconds until all edges have delivered `chunks` chunks of `chunk_bytes`, message by message: the
/// reference for pipelines along trees. Once per process.
double pipeline_seconds(const platform::Network& network, const std::vector<ChunkEdge>& edges, int chunks,
                        double chunk_bytes);

}  // namespace podsim::tests
