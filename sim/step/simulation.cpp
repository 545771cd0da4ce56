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
  return one.input_seconds == other.input_seconds && one.streams == other.streams && one.messages == other.messages &&
         one.blocks == other.blocks && one.kinds == other.kinds;
}

/// Whether nothing but the name tells two cases apart.
bool same_case(const Case& one, const Case& other) {
  return one.kinds == other.kinds && one.ranks_per_node == other.ranks_per_node && one.full == other.full &&
         one.spans == other.spans &&
         std::equal(one.programs.begin(), one.programs.end(), other.programs.begin(), other.programs.end(),
                    same_program) &&
         one.collectives == other.collectives;
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
  Clock clock;
  std::string failure;
  Players players{clock, host, [this](const std::function<void()>& body) { guard(body); }};
  std::deque<Loaded> cases;

  /// Runs an actor's body; an exception that left an actor would abort the process.
  void guard(const std::function<void()>& body) {
    try {
      body();
    } catch (const std::exception& error) {
      failure = error.what();
    }
  }

  /// Runs the programs of a case from number `next` on, one after the other.
  void begin(Loaded& loaded, size_t next) {
    if (next == loaded.runs.size()) return;
    loaded.runs[next].begin([this, &loaded, next] { begin(loaded, next + 1); });
  }
};

Simulation::Simulation() : state_(std::make_unique<State>()) {}

Simulation::~Simulation() = default;

std::size_t Simulation::add(Case simulated) {
  auto& cases = state_->cases;
  const auto known = std::find_if(cases.begin(), cases.end(),
                                  [&](const State::Loaded& loaded) { return same_case(loaded.simulated, simulated); });
  const auto place = static_cast<std::size_t>(known - cases.begin());
  if (known != cases.end()) return place;
  Fabric fabric(state_->engine.zone(), fmt::format("case{}", place), simulated.collectives.network);
  cases.push_back({std::move(simulated), std::move(fabric)});
  return place;
}

std::vector<std::vector<StepMeasurement>> Simulation::run() {
  for (State::Loaded& loaded : state_->cases) {
    const Venue venue{state_->clock, state_->players, loaded.fabric, loaded.simulated.collectives, loaded.known};
    for (const auto& program : loaded.simulated.programs) loaded.runs.emplace_back(loaded.simulated, program, venue);
  }
  sg::Actor::create("clock of the ranks", state_->host, [state = state_.get()] {
    state->guard([state] {
      for (State::Loaded& loaded : state->cases) state->begin(loaded, 0);
      state->clock.run();
    });
  });
  state_->engine.run();
  if (!state_->failure.empty()) throw SimulationError(state_->failure);
  std::vector<std::vector<StepMeasurement>> measurements;
  for (const State::Loaded& loaded : state_->cases) {
    auto& of_case = measurements.emplace_back();
    for (const StepRun& run : loaded.runs) {
      if (!run.failure().empty()) throw SimulationError(run.failure());
      if (!run.ended()) {
        throw SimulationError(
            fmt::format("{}: the simulation has come to a deadlock: {}", loaded.simulated.name, run.under_way()));
      }
      of_case.push_back(run.measurement());
    }
  }
  return measurements;
}

}  // namespace podsim::step
