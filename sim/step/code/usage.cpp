#include "step/code/usage.hpp"

#include "step/code/simulation_error.hpp"

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

/// Iterations are left out where they repeat themselves: what counts from step to step must not be in them.
void require_once(const std::string& name, const parallel::StepProgram& program) {
  std::vector<bool> of_last_step(program.messages.size(), false);
  std::vector<int64_t> most(program.messages.size(), 1);
  for (const auto& kind : program.kinds) {
    parallel::each_instruction(program, kind, [&](const parallel::Instruction& instruction, int64_t times) {
      const auto* start = std::get_if<parallel::Start>(&instruction);
      const auto* await = std::get_if<parallel::Await>(&instruction);
      if (start == nullptr && await == nullptr) return;
      const auto message = static_cast<size_t>(start != nullptr ? start->message : await->message);
      if (await != nullptr && await->of_last_step) of_last_step[message] = true;
      most[message] = std::max(most[message], times);
    });
  }
  for (size_t message = 0; message < most.size(); ++message) {
    if (!of_last_step[message] || most[message] == 1) continue;
    throw SimulationError(fmt::format("{}: message {}, which the next step awaits, is in a loop of {} times", name,
                                      message, most[message]));
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

std::vector<Usage> usages_of(const parallel::StepProgram& program) {
  std::vector<Usage> usages;
  for (const auto& kind : program.kinds) usages.push_back(usage_of(program, kind));
  return usages;
}

std::vector<int> kinds_of_messages(const parallel::StepProgram& program, const std::vector<Usage>& usages) {
  std::vector<int> of_stream(program.streams.size(), 0);
  for (const Usage& usage : usages) {
    std::vector<bool> uses(program.streams.size(), false);
    for (size_t message = 0; message < program.messages.size(); ++message) {
      if (usage.uses(message)) uses[static_cast<size_t>(program.messages[message].stream)] = true;
    }
    for (size_t stream = 0; stream < uses.size(); ++stream) of_stream[stream] += uses[stream] ? 1 : 0;
  }
  std::vector<int> kinds;
  for (const parallel::Message& message : program.messages) {
    kinds.push_back(of_stream[static_cast<size_t>(message.stream)]);
  }
  return kinds;
}

void require_sound(const std::string& name, const parallel::StepProgram& program) {
  require_once(name, program);
  const std::vector<Usage> usages = usages_of(program);
  for (size_t message = 0; message < program.messages.size(); ++message) {
    int64_t times = 0;
    for (const Usage& usage : usages) {
      if (times == 0) times = usage.starts[message];
    }
    for (size_t kind = 0; kind < usages.size(); ++kind) require_counts(name, kind, message, usages[kind], times);
  }
}

}  // namespace podsim::step
