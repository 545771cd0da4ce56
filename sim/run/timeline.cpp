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

/// The operations of a piece of work share the time that it took in proportion to their own.
void add_work(std::vector<TimelineEntry>& entries, const parallel::StepProgram& program, size_t kind,
              const step::Span& span) {
  const auto& work = std::get<parallel::Work>(program.kinds[kind].code[static_cast<size_t>(span.index)]);
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

const char* cargo(parallel::Traffic traffic) {
  switch (traffic) {
    case parallel::Traffic::gradients: return "gradients";
    case parallel::Traffic::statistics: return "statistics";
    case parallel::Traffic::weights: return "weights";
  }
  return "unknown";
}

std::string name_of(const parallel::Message& message) {
  switch (message.operation) {
    case collective::Operation::all_gather: return fmt::format("all-gather of bucket {}", message.bucket);
    case collective::Operation::reduce_scatter: return fmt::format("reduce-scatter of bucket {}", message.bucket);
    default: break;
  }
  if (message.traffic == parallel::Traffic::statistics) return "all-reduce of statistics";
  return fmt::format("all-reduce of bucket {}", message.bucket);
}

const parallel::Message& awaited(const parallel::StepProgram& program, size_t kind, const step::Span& span) {
  const auto& code = program.kinds[kind].code;
  const auto& await = std::get<parallel::Await>(code[static_cast<size_t>(span.index)]);
  return program.messages[static_cast<size_t>(await.message)];
}

}  // namespace

std::vector<TimelineEntry> timeline(const parallel::StepProgram& program, const step::StepMeasurement& measurement) {
  std::vector<TimelineEntry> entries;
  for (const step::Span& span : measurement.spans) {
    const double start = span.start_seconds;
    const double end = span.end_seconds;
    switch (span.kind) {
      case step::Span::Kind::work: add_work(entries, program, measurement.kind, span); break;
      case step::Span::Kind::input_wait:
        entries.push_back({start, end, "host", "input", "wait for input", 0, 0});
        break;
      case step::Span::Kind::message_wait:
        entries.push_back({start, end, "device", "wait",
                           fmt::format("wait for {}", cargo(awaited(program, measurement.kind, span).traffic)), 0, 0});
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
