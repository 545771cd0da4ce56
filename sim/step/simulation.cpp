#include "step/simulation.hpp"

#include "step/engine.hpp"
#include "step/fabric.hpp"
#include "step/step_run.hpp"

#include <fmt/format.h>
#include <simgrid/s4u.hpp>

#include <deque>

namespace podsim::step {

namespace sg = simgrid::s4u;

struct Simulation::State {
  /// A case with its part of the engine.
  struct Loaded {
    Case simulated;
    Fabric fabric;
    std::vector<sg::Host*> hosts;
    std::deque<StepRun> runs;
  };

  std::unique_ptr<sg::Engine> engine = make_engine();
  sg::NetZone* zone = nullptr;
  std::deque<Loaded> cases;
  bool deadlocked = false;

  void play(Loaded& loaded) {
    for (StepRun& run : loaded.runs) run.run();
  }
};

Simulation::Simulation() : state_(std::make_unique<State>()) { state_->zone = sg::create_star_zone("podsim"); }

Simulation::~Simulation() = default;

void Simulation::add(Case simulated) {
  const std::string prefix = fmt::format("case{}", state_->cases.size());
  Fabric fabric(state_->zone, prefix, simulated.all_reduce.network);
  std::vector<sg::Host*> hosts;
  for (int rank = 0; rank < simulated.ranks; ++rank) {
    hosts.push_back(state_->zone->create_host(fmt::format("{}/rank{}", prefix, rank), kRankSpeed)->seal());
  }
  state_->cases.push_back({std::move(simulated), std::move(fabric), std::move(hosts), {}});
}

std::vector<std::vector<StepMeasurement>> Simulation::run() {
  state_->zone->seal();
  sg::Engine::on_deadlock_cb([state = state_.get()] { state->deadlocked = true; });
  for (State::Loaded& loaded : state_->cases) {
    for (const auto& program : loaded.simulated.programs) {
      loaded.runs.emplace_back(loaded.simulated, program, loaded.fabric, loaded.hosts);
    }
    sg::Actor::create(loaded.simulated.name, loaded.hosts.front(), [this, &loaded] { state_->play(loaded); });
  }
  state_->engine->run();
  std::vector<std::vector<StepMeasurement>> measurements;
  for (const State::Loaded& loaded : state_->cases) {
    auto& of_case = measurements.emplace_back();
    for (const StepRun& run : loaded.runs) {
      if (!run.failure().empty()) throw SimulationError(run.failure());
      of_case.push_back(run.measurement());
    }
  }
  if (state_->deadlocked) throw SimulationError("the simulation has come to a deadlock");
  return measurements;
}

}  // namespace podsim::step
