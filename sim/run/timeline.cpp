#include "run/timeline.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace podsim::run {
namespace {

const char* category(parallel::Activity activity) {
  switch (activity) {
    case parallel::Activity::overhead: return "overhead";
    case parallel::Activity::forward: return "forward";
    case parallel::Activity::backward: return "backward";
    case parallel::Activity::optimizer: return "optimizer";
  }
  return "unknown";
}

const parallel::Instruction& instruction_of(const parallel::StepProgram& program, const step::Span& span) {
  return program.blocks[static_cast<size_t>(span.block)][static_cast<size_t>(span.index)];
}

/// The operations of a piece of work share the time that it took in proportion to their own.
void add_work(std::vector<TimelineEntry>& entries, const parallel::StepProgram& program, const step::Span& span) {
  const auto& work = std::get<parallel::Work>(instruction_of(program, span));
  const double stretch = (span.end_seconds - span.start_seconds) / work.seconds;
  double start = span.start_seconds;
  for (int i = work.first; i < work.last; ++i) {
    const auto& operation = program.operations[i];
    const double end = i + 1 == work.last ? span.end_seconds : start + operation.seconds * stretch;
    const bool host = work.activity == parallel::Activity::overhead;
    entries.push_back({start, end, host ? "host" : "device", category(work.activity), operation.name, operation.flops,
                       operation.bytes});
    start = end;
  }
}

std::string name_of(const parallel::Message& message) {
  std::string operation = collective::name_of(message.operation);
  std::replace(operation.begin(), operation.end(), '_', '-');
  const bool of_bucket =
      message.traffic == parallel::Traffic::gradients || message.traffic == parallel::Traffic::weights;
  if (of_bucket) return fmt::format("{} of bucket {}", operation, message.bucket);
  return fmt::format("{} of {}", operation, name_of(message.traffic));
}

parallel::Traffic awaited(const parallel::StepProgram& program, const step::Span& span) {
  const auto& await = std::get<parallel::Await>(instruction_of(program, span));
  return program.messages[static_cast<size_t>(await.message)].traffic;
}

}  // namespace

std::vector<TimelineEntry> timeline(const parallel::StepProgram& program, const step::StepMeasurement& measurement) {
  std::vector<TimelineEntry> entries;
  for (const step::Span& span : measurement.spans) {
    const double start = span.start_seconds;
    const double end = span.end_seconds;
    switch (span.kind) {
      case step::Span::Kind::work: add_work(entries, program, span); break;
      case step::Span::Kind::input_wait:
        entries.push_back({start, end, "host", "input", "wait for input", 0, 0});
        break;
      case step::Span::Kind::message_wait:
        entries.push_back(
            {start, end, "device", "wait", fmt::format("wait for {}", name_of(awaited(program, span))), 0, 0});
        break;
      case step::Span::Kind::end_wait:
        entries.push_back({start, end, "device", "wait", "wait for other ranks", 0, 0});
        break;
      case step::Span::Kind::message: {
        const auto& message = program.messages[static_cast<size_t>(span.index)];
        entries.push_back({start, end, "network", "collective", name_of(message), 0, message.bytes});
        break;
      }
    }
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.start_seconds < b.start_seconds; });
  return entries;
}

}  // namespace podsim::run
