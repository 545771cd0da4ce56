#include "step/chunk_pipeline.hpp"

#include "step/engine.hpp"
#include "step/fabric.hpp"

#include <simgrid/s4u.hpp>

#include <deque>
#include <queue>

namespace podsim::tests {
namespace {

namespace sg = simgrid::s4u;

/// The chunks under way on one edge, and what waits for them.
struct EdgeState {
  std::queue<double> arrivals;
  sg::SemaphorePtr sent = sg::Semaphore::create(0);
  std::vector<sg::SemaphorePtr> waited_for;  ///< one for each edge of `after`
  std::vector<sg::SemaphorePtr> waiting;     ///< of the edges that come after this one
};

std::deque<EdgeState> edge_states(const std::vector<ChunkEdge>& edges) {
  std::deque<EdgeState> states(edges.size());
  for (size_t i = 0; i < edges.size(); ++i) {
    for (const int before : edges[i].after) {
      states[i].waited_for.push_back(sg::Semaphore::create(0));
      states[static_cast<size_t>(before)].waiting.push_back(states[i].waited_for.back());
    }
  }
  return states;
}

}  // namespace

double pipeline_seconds(const platform::Network& network, const std::vector<ChunkEdge>& edges, int chunks,
                        double chunk_bytes) {
  step::Engine engine;
  const step::Fabric fabric(engine.zone(), "pipeline", network);
  std::deque<EdgeState> states = edge_states(edges);
  sg::Host* host = engine.add_host("chips");
  double end = 0;
  for (size_t i = 0; i < edges.size(); ++i) {
    const ChunkEdge& edge = edges[i];
    EdgeState& state = states[i];
    sg::Actor::create("send", host, [&fabric, &edge, &state, chunks, chunk_bytes] {
      const collective::Phase send{.name = "chunk", .flows = {{edge.route, 1.0}}};
      for (int chunk = 0; chunk < chunks; ++chunk) {
        for (const auto& before : state.waited_for) before->acquire();
        fabric.carry(send, chunk_bytes);
        state.arrivals.push(sg::Engine::get_clock() + edge.latency_seconds);
        state.sent->release();
      }
    });
    sg::Actor::create("deliver", host, [&state, &end, chunks] {
      for (int chunk = 0; chunk < chunks; ++chunk) {
        state.sent->acquire();
        sg::this_actor::sleep_until(state.arrivals.front());
        state.arrivals.pop();
        for (const auto& after : state.waiting) after->release();
      }
      end = sg::Engine::get_clock();
    });
  }
  engine.run();
  return end;
}

}  // namespace podsim::tests
