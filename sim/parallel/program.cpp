#include "parallel/program.hpp"

namespace podsim::parallel {

double work_seconds(const RankKind& kind) {
  double seconds = 0;
  for (const Instruction& instruction : kind.code) {
    if (const auto* work = std::get_if<Work>(&instruction)) seconds += work->seconds;
  }
  return seconds;
}

double work_seconds(const RankKind& kind, Activity activity) {
  double seconds = 0;
  for (const Instruction& instruction : kind.code) {
    const auto* work = std::get_if<Work>(&instruction);
    if (work != nullptr && work->activity == activity) seconds += work->seconds;
  }
  return seconds;
}

}  // namespace podsim::parallel
