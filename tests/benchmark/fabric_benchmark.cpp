#include "benchmark/isolated_benchmark.hpp"
#include "step/engine.hpp"
#include "step/fabric.hpp"

#include <simgrid/s4u.hpp>

#include <numeric>

namespace podsim::tests {
namespace {

/// One phase of `flows` flows, each over `links` links of its own.
void carry_phase(int flows, int links) {
  platform::Network network;
  collective::Phase phase;
  for (int i = 0; i < flows; ++i) {
    platform::Route route;
    for (int j = 0; j < links; ++j) route.links.push_back(network.add_link("link", 1e9));
    phase.flows.push_back({network.add_route(std::move(route)), 1.0});
  }
  step::Engine engine;
  const step::Fabric fabric(engine.zone(), "network", network);
  simgrid::s4u::Actor::create("sender", engine.add_host("host"), [&] { fabric.carry(phase, 1e6); });
  engine.run();
}

void flows(benchmark::State& state) {
  const auto count = static_cast<int>(state.range(0));
  time_isolated(state, [&] { carry_phase(count, 1); });
  state.SetItemsProcessed(state.iterations() * count);
}

void links_of_a_flow(benchmark::State& state) {
  const auto count = static_cast<int>(state.range(0));
  time_isolated(state, [&] { carry_phase(1, count); });
  state.SetItemsProcessed(state.iterations() * count);
}

BENCHMARK(flows)->RangeMultiplier(4)->Range(1, 16384)->UseManualTime()->Unit(benchmark::kMillisecond);
BENCHMARK(links_of_a_flow)->RangeMultiplier(4)->Range(1, 4096)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace podsim::tests
