#include "step/step_run.hpp"

#include "step/code/alike.hpp"
#include "step/code/usage.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

namespace podsim::step {
namespace {

constexpr int kMostSteps = 64;
constexpr double kSteady = 1e-9;  ///< relative difference of two steps that count as equal

bool steady(double seconds, double before) { return std::abs(seconds - before) <= kSteady * before; }

bool same_but_place(const collective::Demand& one, const collective::Demand& other) {
  return one.operation == other.operation && one.group == other.group && one.bytes == other.bytes;
}

const Case& checked(const Case& simulated, const parallel::StepProgram& program) {
  require_sound(simulated.name, program);
  return simulated;
}

}  // namespace

StepRun::StepRun(const Case& simulated, const parallel::StepProgram& program, const Venue& venue)
    : case_(simulated),
      program_(program),
      venue_(venue),
      crew_(checked(simulated, program), program, venue),
      rehearsals_(crew_.own_demands()) {}

void StepRun::begin(std::function<void()> at_end) {
  at_end_ = std::move(at_end);
  rehearse();
}

bool StepRun::knows(const collective::Demand& demand) {
  std::optional<double>& seconds = venue_.known[demand];
  if (seconds || demand.place.all()) return seconds.has_value();
  const auto first = venue_.known.lower_bound({demand.operation, demand.group, demand.bytes, collective::Place{}});
  for (auto other = first; other != venue_.known.end() && same_but_place(other->first, demand); ++other) {
    if (!other->second) continue;
    const collective::Collectives& of = venue_.collectives;
    if (!alike(of.network, of.schedule(other->first), of.schedule(demand))) continue;
    seconds = other->second;
    return true;
  }
  return false;
}

void StepRun::rehearse() {
  while (!rehearsals_.empty() && knows(rehearsals_.back())) rehearsals_.pop_back();
  if (!rehearsals_.empty()) {
    began_ = venue_.clock.now();
    const collective::Demand& demand = rehearsals_.back();
    return venue_.players.play({&venue_.fabric, &venue_.collectives.schedule(demand), demand.bytes, {}, this});
  }
  crew_.make_ranks(*this);
  skipping_.emplace(crew_, venue_.clock);
  for (InputPipeline& input : crew_.inputs()) input.start(venue_.clock.now());
  begin_step();
}

void StepRun::played(int64_t flows) {
  measurement_.flows += flows;
  venue_.known[rehearsals_.back()] = venue_.clock.now() - began_;
  rehearse();
}

void StepRun::begin_step() {
  began_ = venue_.clock.now();
  ranks_at_end_ = 0;
  skipping_->begin_step();
  for (Channel& channel : crew_.channels()) channel.forget_spans();
  for (Rank& rank : crew_.ranks()) rank.begin_step();
}

void StepRun::arrived(double /*began*/) { end_when_idle(); }

void StepRun::at_end_of_step() {
  if (++ranks_at_end_ == crew_.ranks().size()) end_step();
}

void StepRun::end_step() {
  const double seconds = venue_.clock.now() - began_ + skipping_->seconds();
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
  for (Channel& channel : crew_.channels()) {
    if (!channel.idle()) return channel.await_all(*this);
  }
  ended_ = true;
  at_end_();
}

std::string StepRun::under_way() const {
  std::string text;
  for (const Channel& channel : crew_.channels()) {
    if (!channel.idle()) text += (text.empty() ? "" : "; ") + channel.under_way();
  }
  return text.empty() ? "no message is under way" : text;
}

bool StepRun::idle() const {
  const auto& channels = crew_.channels();
  return std::all_of(channels.begin(), channels.end(), [](const Channel& channel) { return channel.idle(); });
}

bool StepRun::leaves_nothing_behind(double step_seconds) const {
  return idle() && program_.input_seconds <= step_seconds;
}

void StepRun::measure(double step_seconds) {
  for (auto& diary : crew_.diaries()) {
    if (diary) diary->end(venue_.clock.now());
    measurement_.kinds.push_back(diary ? diary->sums() : PathSeconds{});
  }
  measurement_.seconds = step_seconds;
  measurement_.skipped_seconds = skipping_->seconds();
  measurement_.kind = crew_.busiest();
  static_cast<PathSeconds&>(measurement_) = measurement_.kinds[measurement_.kind];
  measurement_.spans = crew_.diaries()[measurement_.kind]->spans();
  for (const Channel& channel : crew_.channels()) {
    measurement_.flows += channel.flows();
    for (Span span : channel.spans()) {
      span.start_seconds = std::max(0.0, span.start_seconds - began_);
      span.end_seconds -= began_;
      measurement_.spans.push_back(span);
    }
  }
}

}  // namespace podsim::step
