#include "step/chunk_reference.hpp"

#include "step/fabric.hpp"

#include <simgrid/s4u.hpp>
#include <xbt/log.h>

namespace podsim::tests {
namespace {

namespace sg = simgrid::s4u;

/// Spawns the chips of a ring and returns their actors.
std::vector<sg::ActorPtr> play(const step::Fabric& fabric, sg::Host* host, const ChunkRing& ring) {
  std::vector<sg::SemaphorePtr> arrived;
  for (size_t i = 0; i < ring.hops.size(); ++i) arrived.push_back(sg::Semaphore::create(1));
  std::vector<sg::ActorPtr> chips;
  for (size_t i = 0; i < ring.hops.size(); ++i) {
    chips.push_back(sg::Actor::create("chip", host, [&fabric, &ring, host, arrived, i] {
      const collective::Phase send{.name = "chunk", .flows = {{ring.hops[i].route, 1.0}}};
      std::vector<sg::ActorPtr> under_way;
      for (int round = 0; round < ring.rounds; ++round) {
        arrived[i]->acquire();
        fabric.carry(send, ring.chunk_bytes);
        under_way.push_back(sg::Actor::create("chunk", host, [&ring, arrived, i] {
          sg::this_actor::sleep_for(ring.hops[i].latency_seconds);
          arrived[(i + 1) % arrived.size()]->release();
        }));
      }
      for (const auto& chunk : under_way) chunk->join();
    }));
  }
  return chips;
}

}  // namespace

double chunk_by_chunk_seconds(const platform::Network& network, const std::vector<ChunkPhase>& phases) {
  xbt_log_control_set("root.thres:critical");
  sg::Engine engine("reference");
  for (const char* option : {"network/model:CM02", "network/crosstraffic:0", "network/TCP-gamma:0"}) {
    sg::Engine::set_config(option);
  }
#ifdef PODSIM_SANITIZE
  sg::Engine::set_config("contexts/factory:thread");
#endif
  auto* zone = sg::create_star_zone("reference");
  const step::Fabric fabric(zone, "reference", network);
  sg::Host* host = zone->create_host("chips", 1e9)->seal();
  zone->seal();
  sg::Actor::create("algorithm", host, [&] {
    for (const ChunkPhase& phase : phases) {
      std::vector<sg::ActorPtr> chips;
      for (const ChunkRing& ring : phase) {
        for (auto& chip : play(fabric, host, ring)) chips.push_back(std::move(chip));
      }
      for (const auto& chip : chips) chip->join();
    }
  });
  engine.run();
  return sg::Engine::get_clock();
}

}  // namespace podsim::tests
