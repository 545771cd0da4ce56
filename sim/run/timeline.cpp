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

/// The operations of a segment share the time that it took in proportion to their own.
void add_segment(std::vector<TimelineEntry>& entries, const parallel::StepProgram& program, const step::Span& span) {
  const auto& segment = program.segments[span.index];
  const double stretch = (span.end_seconds - span.start_seconds) / segment.seconds;
  double start = span.start_seconds;
  for (int i = segment.first; i < segment.last; ++i) {
    const auto& operation = program.operations[i];
    const double end = i + 1 == segment.last ? span.end_seconds : start + operation.seconds * stretch;
    const bool host = segment.activity == parallel::Activity::overhead;
    entries.push_back({start, end, host ? "host" : "device", category(segment.activity), operation.name,
                       operation.flops, operation.bytes});
    start = end;
  }
}

}  // namespace

std::vector<TimelineEntry> timeline(const parallel::StepProgram& program, const step::StepMeasurement& measurement) {
  std::vector<TimelineEntry> entries;
  for (const step::Span& span : measurement.spans) {
    const double start = span.start_seconds;
    const double end = span.end_seconds;
    switch (span.kind) {
      case step::Span::Kind::segment: add_segment(entries, program, span); break;
      case step::Span::Kind::input_wait:
        entries.push_back({start, end, "host", "input", "wait for input", 0, 0});
        break;
      case step::Span::Kind::gradient_wait:
        entries.push_back({start, end, "device", "wait", "wait for gradients", 0, 0});
        break;
      case step::Span::Kind::collective:
        entries.push_back({start, end, "network", "collective", fmt::format("all-reduce of bucket {}", span.index), 0,
                           program.bucket_bytes[span.index]});
        break;
    }
  }
  std::stable_sort(entries.begin(), entries.end(),
                   [](const auto& a, const auto& b) { return a.start_seconds < b.start_seconds; });
  return entries;
}

}  // namespace podsim::run
