#include "step/step_run.hpp"

#include "step/usage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace podsim::step {
namespace {

constexpr int kMostSteps = 64;
constexpr double kSteady = 1e-9;  ///< relative difference of two steps that count as equal

bool steady(double seconds, double before) { return std::abs(seconds - before) <= kSteady * before; }

/// By message of the program, the simulated ranks that start it, as far as it is one of the stream.
std::vector<int> members_of(const Case& simulated, const parallel::StepProgram& program, size_t stream) {
  std::vector<Usage> usages;
  for (const auto& kind : program.kinds) usages.push_back(usage_of(program, kind));
  std::vector<int> members(program.messages.size(), 0);
  for (size_t message = 0; message < members.size(); ++message) {
    if (program.messages[message].stream != static_cast<int>(stream)) continue;
    members[message] = static_cast<int>(std::count_if(simulated.kinds.begin(), simulated.kinds.end(),
                                                      [&](size_t kind) { return usages[kind].starts[message] > 0; }));
  }
  return members;
}

/// Adds a span of a rank's path to its part of the step.
void account(const parallel::StepProgram& program, const Span& span, StepMeasurement& measurement) {
  const double seconds = span.end_seconds - span.start_seconds;
  switch (span.kind) {
    case Span::Kind::input_wait: measurement.input_seconds += seconds; return;
    case Span::Kind::message_wait:
    case Span::Kind::end_wait: measurement.exposed_communication_seconds += seconds; return;
    case Span::Kind::message: return;
    case Span::Kind::work: break;
  }
  const parallel::Block& block = program.blocks[static_cast<size_t>(span.block)];
  switch (std::get<parallel::Work>(block[static_cast<size_t>(span.index)]).activity) {
    case parallel::Activity::overhead: measurement.overhead_seconds += seconds; return;
    case parallel::Activity::optimizer: measurement.optimizer_seconds += seconds; return;
    case parallel::Activity::forward:
    case parallel::Activity::backward: measurement.compute_seconds += seconds; return;
  }
}

}  // namespace

StepRun::StepRun(const Case& simulated, const parallel::StepProgram& program, const Venue& venue)
    : case_(simulated), program_(program) {
  require_sound(simulated.name, program);
  for (size_t stream = 0; stream < program.streams.size(); ++stream) {
    const bool alone = program.streams.size() == 1;
    channels_.emplace_back(program, venue, members_of(simulated, program, stream), alone);
  }
  const size_t ranks = simulated.kinds.size();
  const auto per_node = static_cast<size_t>(simulated.ranks_per_node);
  for (size_t first = 0; first < ranks; first += per_node) {
    inputs_.emplace_back(static_cast<int>(std::min(per_node, ranks - first)), program.input_seconds);
  }
  for (size_t i = 0; i < ranks; ++i) {
    ranks_.emplace_back(program, simulated.kinds[i], channels_, inputs_[i / per_node], venue.clock, i == 0,
                        end_of_rank_);
  }
}

void StepRun::begin(std::function<void()> at_end) {
  at_end_ = std::move(at_end);
  for (InputPipeline& input : inputs_) input.start();
  begin_step();
}

void StepRun::begin_step() {
  step_start_ = Clock::now();
  ranks_at_end_ = 0;
  for (Channel& channel : channels_) channel.forget_spans();
  for (Rank& rank : ranks_) rank.begin_step();
}

void StepRun::end_of_rank() {
  if (++ranks_at_end_ == ranks_.size()) end_step();
}

void StepRun::end_step() {
  const double seconds = Clock::now() - step_start_;
  ++measurement_.steps;
  if (measurement_.steps == 1 ? leaves_nothing_behind(seconds) : steady(seconds, seconds_before_)) {
    measure(seconds);
  } else if (measurement_.steps == kMostSteps) {
    failure_ = fmt::format("{}: the step time is not steady after {} steps", case_.name, kMostSteps);
  } else {
    seconds_before_ = seconds;
    return begin_step();
  }
  end_when_idle();
}

void StepRun::end_when_idle() {
  for (Channel& channel : channels_) {
    if (!channel.idle()) return channel.await_all(*this);
  }
  ended_ = true;
  at_end_();
}

std::string StepRun::under_way() const {
  std::string text;
  for (const Channel& channel : channels_) {
    if (!channel.idle()) text += (text.empty() ? "" : "; ") + channel.under_way();
  }
  return text.empty() ? "no message is under way" : text;
}

bool StepRun::idle() const {
  return std::all_of(channels_.begin(), channels_.end(), [](const Channel& channel) { return channel.idle(); });
}

bool StepRun::leaves_nothing_behind(double step_seconds) const {
  return idle() && program_.input_seconds <= step_seconds;
}

void StepRun::measure(double step_seconds) {
  measurement_.seconds = step_seconds;
  measurement_.kind = case_.kinds.front();
  measurement_.spans = ranks_.front().spans();
  const double own_end = measurement_.spans.empty() ? 0 : measurement_.spans.back().end_seconds;
  if (own_end < step_seconds) measurement_.spans.push_back({Span::Kind::end_wait, 0, 0, own_end, step_seconds});
  for (const Span& span : measurement_.spans) account(program_, span, measurement_);
  for (const Channel& channel : channels_) {
    measurement_.flows += channel.flows();
    for (Span span : channel.spans()) {
      span.start_seconds = std::max(0.0, span.start_seconds - step_start_);
      span.end_seconds -= step_start_;
      measurement_.spans.push_back(span);
    }
  }
}

}  // namespace podsim::step
