#pragma once

#include "parallel/program.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace podsim::step {

/// How often a kind of rank starts and awaits each message in a step.
struct Usage {
  std::vector<int64_t> starts;  ///< by message of the program
  std::vector<int64_t> awaits;

  bool uses(size_t message) const { return starts[message] > 0 || awaits[message] > 0; }
};

std::vector<Usage> usages_of(const parallel::StepProgram& program);
Usage usage_of(const parallel::StepProgram& program, const parallel::RankKind& kind);

/// By message of the program, how many kinds start or await one of its stream. `usages`: by kind.
std::vector<int> kinds_of_messages(const parallel::StepProgram& program, const std::vector<Usage>& usages);

/// All kinds that start a message do so equally often, and who awaits it does so as often: channels and ranks count by that.
/// Throws SimulationError with the case's name.
void require_sound(const std::string& name, const parallel::StepProgram& program);

}  // namespace podsim::step
