#include "step/simulation.hpp"

#include "step/engine.hpp"
#include "step/fabric.hpp"
#include "step/step_run.hpp"

#include <fmt/format.h>
#include <simgrid/s4u.hpp>

#include <algorithm>
#include <deque>

namespace podsim::step {

namespace sg = simgrid::s4u;

namespace {

bool same_program(const parallel::StepProgram& one, const parallel::StepProgram& other) {
  return one.input_seconds == other.input_seconds && one.bucket_bytes == other.bucket_bytes &&
         one.segments == other.segments;
}

/// Whether nothing but the name tells two cases apart.
bool same_case(const Case& one, const Case& other) {
  return one.ranks == other.ranks && one.ranks_per_node == other.ranks_per_node &&
         std::equal(one.programs.begin(), one.programs.end(), other.programs.begin(), other.programs.end(),
                    same_program) &&
         one.all_reduce == other.all_reduce;
}

}  // namespace

struct Simulation::State {
  /// A case with its part of the engine.
  struct Loaded {
    Case simulated;
    Fabric fabric;
    SoloSeconds known{};
    std::deque<StepRun> runs{};
  };

  Engine engine;
  sg::Host* host = engine.add_host("ranks");
  std::deque<Loaded> cases;
  bool deadlocked = false;
};

Simulation::Simulation() : state_(std::make_unique<State>()) {}

Simulation::~Simulation() = default;

std::size_t Simulation::add(Case simulated) {
  auto& cases = state_->cases;
  const auto known = std::find_if(cases.begin(), cases.end(),
                                  [&](const State::Loaded& loaded) { return same_case(loaded.simulated, simulated); });
  const auto place = static_cast<std::size_t>(known - cases.begin());
  if (known != cases.end()) return place;
  Fabric fabric(state_->engine.zone(), fmt::format("case{}", place), simulated.all_reduce.network);
  cases.push_back({std::move(simulated), std::move(fabric)});
  return place;
}

std::vector<std::vector<StepMeasurement>> Simulation::run() {
  sg::Engine::on_deadlock_cb([state = state_.get()] { state->deadlocked = true; });
  for (State::Loaded& loaded : state_->cases) {
    for (const auto& program : loaded.simulated.programs) {
      loaded.runs.emplace_back(loaded.simulated, program, loaded.fabric, loaded.known, state_->host);
    }
    sg::Actor::create(loaded.simulated.name, state_->host, [&loaded] {
      for (StepRun& run : loaded.runs) run.run();
    });
  }
  state_->engine.run();
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
