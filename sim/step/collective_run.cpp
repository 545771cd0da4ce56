#include "step/collective_run.hpp"

#include "step/engine.hpp"
#include "step/simulation.hpp"

#include <simgrid/s4u.hpp>

#include <exception>
#include <string>

namespace podsim::step {
namespace {

namespace sg = simgrid::s4u;

CollectiveTime timed(const Fabric& fabric, const TimedCollective& collective) {
  const double start = sg::Engine::get_clock();
  const int64_t flows = play(fabric, collective.schedule, collective.bytes);
  return {.seconds = sg::Engine::get_clock() - start, .flows = flows};
}

}  // namespace

int64_t play(const Fabric& fabric, const collective::Schedule& schedule, double bytes) {
  int64_t flows = 0;
  sg::this_actor::sleep_for(schedule.base_seconds);
  for (const collective::Phase& phase : schedule.phases) {
    sg::this_actor::sleep_for(phase.fill_seconds);
    fabric.carry(phase, bytes);
    flows += static_cast<int64_t>(phase.flows.size());
  }
  return flows;
}

int64_t play_rest(const Fabric& fabric, const collective::Schedule& schedule, double bytes, const Rest& rest) {
  const collective::Phase& phase = schedule.phases.front();
  sg::this_actor::sleep_for(rest.wait_seconds);
  fabric.carry(phase, bytes, rest.share);
  return static_cast<int64_t>(phase.flows.size());
}

std::vector<CollectiveTime> simulate_collectives(const platform::Network& network,
                                                 const std::vector<TimedCollective>& collectives) {
  Engine engine;
  const Fabric fabric(engine.zone(), "network", network);
  std::vector<CollectiveTime> times;
  std::string failure;
  sg::Actor::create("collectives", engine.add_host("ranks"), [&] {
    try {
      for (const TimedCollective& collective : collectives) times.push_back(timed(fabric, collective));
    } catch (const std::exception& error) {
      failure = error.what();
    }
  });
  engine.run();
  if (!failure.empty()) throw SimulationError(failure);
  if (times.size() < collectives.size()) throw SimulationError("the simulation has come to a deadlock");
  return times;
}

}  // namespace podsim::step
