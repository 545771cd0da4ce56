#include "study/point/outcome.hpp"

#include "results/quantity.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace podsim::study {
namespace {

std::string shortfall_text(const parallel::MemoryNeed& memory) {
  std::string text =
      fmt::format("needs {} of memory per rank and has {}: {} short", results::bytes(memory.total_bytes()),
                  results::bytes(memory.capacity_bytes), results::bytes(memory.shortfall_bytes()));
  if (!memory.remedies.empty()) text += fmt::format("\n  way out: {}", fmt::join(memory.remedies, "; "));
  return text;
}

}  // namespace

std::string status_of(const PointOutcome& outcome) {
  if (const auto* run = std::get_if<run::RunResult>(&outcome)) return run->memory.fits() ? "done" : "does_not_fit";
  if (std::holds_alternative<run::ImpossibleRun>(outcome)) return "impossible";
  return std::holds_alternative<FailedRun>(outcome) ? "failed" : "pending";
}

std::string reason_of(const PointOutcome& outcome) {
  if (const auto* impossible = std::get_if<run::ImpossibleRun>(&outcome)) return impossible->reason;
  if (const auto* failed = std::get_if<FailedRun>(&outcome)) return failed->reason;
  const auto* run = std::get_if<run::RunResult>(&outcome);
  return run != nullptr && !run->memory.fits() ? shortfall_text(run->memory) : "";
}

std::string short_reason_of(const PointOutcome& outcome) {
  const std::string reason = reason_of(outcome);
  return reason.substr(0, reason.find('\n'));
}

}  // namespace podsim::study
