#include "step/chunk_reference.hpp"

#include "step/engine.hpp"
#include "step/fabric.hpp"

#include <simgrid/s4u.hpp>

#include <memory>
#include <queue>

namespace podsim::tests {
namespace {

namespace sg = simgrid::s4u;

/// Chunks under way over one hop: they arrive in order, each its latency after it was sent.
struct Hop {
  std::queue<double> arrivals;
  sg::SemaphorePtr sent = sg::Semaphore::create(0);
  sg::SemaphorePtr arrived = sg::Semaphore::create(0);
};

void send_chunks(const step::Fabric& fabric, const ChunkRing& ring, size_t chip, Hop& from_before, Hop& to_next) {
  const collective::Phase send{.name = "chunk", .flows = {{ring.hops[chip].route, 1.0}}};
  for (int round = 0; round < ring.rounds; ++round) {
    if (round > 0) from_before.arrived->acquire();
    const bool shorter = round + 1 == ring.rounds && ring.last_chunk_bytes > 0;
    fabric.carry(send, shorter ? ring.last_chunk_bytes : ring.chunk_bytes);
    to_next.arrivals.push(sg::Engine::get_clock() + ring.hops[chip].latency_seconds);
    to_next.sent->release();
  }
}

void deliver_chunks(const ChunkRing& ring, Hop& hop) {
  for (int round = 0; round < ring.rounds; ++round) {
    hop.sent->acquire();
    sg::this_actor::sleep_until(hop.arrivals.front());
    hop.arrivals.pop();
    hop.arrived->release();
  }
}

/// Spawns the chips and hops of a ring and returns their actors.
std::vector<sg::ActorPtr> play(const step::Fabric& fabric, sg::Host* host, const ChunkRing& ring) {
  const size_t size = ring.hops.size();
  const auto hops = std::make_shared<std::vector<Hop>>(size);
  std::vector<sg::ActorPtr> actors;
  for (size_t i = 0; i < size; ++i) {
    actors.push_back(sg::Actor::create("chip", host, [&fabric, &ring, hops, i, size] {
      send_chunks(fabric, ring, i, (*hops)[(i + size - 1) % size], (*hops)[i]);
    }));
    actors.push_back(sg::Actor::create("hop", host, [&ring, hops, i] { deliver_chunks(ring, (*hops)[i]); }));
  }
  return actors;
}

}  // namespace

double chunk_by_chunk_seconds(const platform::Network& network, const std::vector<ChunkPhase>& phases) {
  step::Engine engine;
  const step::Fabric fabric(engine.zone(), "reference", network);
  sg::Host* host = engine.add_host("chips");
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
