#include "step/collective_run.hpp"

#include "step/engine.hpp"
#include "step/fabric.hpp"
#include "step/simulation.hpp"

#include <simgrid/s4u.hpp>

#include <exception>
#include <string>

namespace podsim::step {
namespace {

namespace sg = simgrid::s4u;

CollectiveTime play_collective(const Fabric& fabric, const TimedCollective& collective) {
  const double start = sg::Engine::get_clock();
  CollectiveTime time;
  sg::this_actor::sleep_for(collective.schedule.base_seconds);
  for (const collective::Phase& phase : collective.schedule.phases) {
    sg::this_actor::sleep_for(phase.fill(collective.bytes));
    fabric.carry(phase, collective.bytes);
    time.flows += static_cast<int64_t>(phase.flows.size());
  }
  time.seconds = sg::Engine::get_clock() - start;
  return time;
}

}  // namespace

std::vector<CollectiveTime> simulate_collectives(const platform::Network& network,
                                                 const std::vector<TimedCollective>& collectives) {
  Engine engine;
  const Fabric fabric(engine.zone(), "network", network);
  std::vector<CollectiveTime> times;
  std::string failure;
  sg::Actor::create("collectives", engine.add_host("ranks"), [&] {
    try {
      for (const TimedCollective& collective : collectives) times.push_back(play_collective(fabric, collective));
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
