#include "step/usage.hpp"

#include "step/simulation.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::step {
namespace {

void require_counts(const std::string& name, size_t kind, size_t message, const Usage& usage, int64_t times) {
  const int64_t starts = usage.starts[message];
  const int64_t awaits = usage.awaits[message];
  if (starts != 0 && starts != times) {
    throw SimulationError(fmt::format("{}: ranks of kind {} start message {} {} times in a step, not {}", name, kind,
                                      message, starts, times));
  }
  if (awaits != 0 && awaits != times) {
    throw SimulationError(fmt::format("{}: ranks of kind {} await message {} {} times in a step, not {}", name, kind,
                                      message, awaits, times));
  }
}

void require_once(const std::string& name, const parallel::StepProgram& program) {
  for (const auto& kind : program.kinds) {
    parallel::each_instruction(program, kind, [&](const parallel::Instruction& instruction, int64_t times) {
      const auto* await = std::get_if<parallel::Await>(&instruction);
      if (await == nullptr || !await->of_last_step || times == 1) return;
      throw SimulationError(
          fmt::format("{}: message {} of the last step is awaited in a loop of {} times", name, await->message, times));
    });
  }
}

}  // namespace

Usage usage_of(const parallel::StepProgram& program, const parallel::RankKind& kind) {
  Usage usage{std::vector<int64_t>(program.messages.size(), 0), std::vector<int64_t>(program.messages.size(), 0)};
  parallel::each_instruction(program, kind, [&](const parallel::Instruction& instruction, int64_t times) {
    if (const auto* start = std::get_if<parallel::Start>(&instruction)) {
      usage.starts[static_cast<size_t>(start->message)] += times;
    } else if (const auto* await = std::get_if<parallel::Await>(&instruction)) {
      usage.awaits[static_cast<size_t>(await->message)] += times;
    }
  });
  return usage;
}

void require_sound(const std::string& name, const parallel::StepProgram& program) {
  require_once(name, program);
  std::vector<Usage> usages;
  for (const auto& kind : program.kinds) usages.push_back(usage_of(program, kind));
  for (size_t message = 0; message < program.messages.size(); ++message) {
    int64_t times = 0;
    for (const Usage& usage : usages) {
      if (times == 0) times = usage.starts[message];
    }
    for (size_t kind = 0; kind < usages.size(); ++kind) require_counts(name, kind, message, usages[kind], times);
  }
}

}  // namespace podsim::step
