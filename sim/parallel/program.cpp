#include "parallel/program.hpp"

#include <array>
#include <utility>

namespace podsim::parallel {

std::string_view name_of(Traffic traffic) {
  constexpr std::array<std::string_view, kTraffics> names = {
      "gradients", "statistics", "weights", "tensor", "context", "experts", "activations", "tied weights", "barrier"};
  return names[static_cast<size_t>(traffic)];
}

size_t StepProgram::add_kind(Block code) {
  blocks.push_back(std::move(code));
  kinds.push_back({.loops = {{.blocks = {static_cast<int>(blocks.size()) - 1}}}});
  return kinds.size() - 1;
}

double work_seconds(const StepProgram& program, const RankKind& kind) {
  double seconds = 0;
  each_instruction(program, kind, [&](const Instruction& instruction, int64_t times) {
    if (const auto* work = std::get_if<Work>(&instruction)) seconds += static_cast<double>(times) * work->seconds;
  });
  return seconds;
}

double work_seconds(const StepProgram& program, const RankKind& kind, Activity activity) {
  double seconds = 0;
  each_instruction(program, kind, [&](const Instruction& instruction, int64_t times) {
    const auto* work = std::get_if<Work>(&instruction);
    if (work != nullptr && work->activity == activity) seconds += static_cast<double>(times) * work->seconds;
  });
  return seconds;
}

size_t busiest_kind(const StepProgram& program) {
  size_t busiest = 0;
  double most = -1;
  for (size_t kind = 0; kind < program.kinds.size(); ++kind) {
    const double seconds = work_seconds(program, program.kinds[kind]);
    if (seconds <= most) continue;
    most = seconds;
    busiest = kind;
  }
  return busiest;
}

}  // namespace podsim::parallel
