#include "step/step_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace podsim::step {
namespace {

namespace sg = simgrid::s4u;

constexpr int kMostSteps = 64;
constexpr double kSteady = 1e-9;  ///< relative difference of two steps that count as equal

bool steady(double seconds, double before) { return std::abs(seconds - before) <= kSteady * before; }

}  // namespace

StepRun::StepRun(const Case& simulated, const parallel::StepProgram& program, const Fabric& fabric, SoloSeconds& known,
                 sg::Host* host)
    : case_(simulated),
      program_(program),
      host_(host),
      communicator_(fabric, simulated.all_reduce, simulated.ranks, program.bucket_bytes, known),
      step_end_(sg::Barrier::create(static_cast<unsigned>(simulated.ranks))) {
  for (int first = 0; first < case_.ranks; first += case_.ranks_per_node) {
    inputs_.emplace_back(std::min(case_.ranks_per_node, case_.ranks - first), program.input_seconds);
  }
}

void StepRun::run() {
  for (InputPipeline& input : inputs_) input.start();
  sg::ActorPtr communicator;
  if (!program_.bucket_bytes.empty()) {
    communicator =
        sg::Actor::create(case_.name + "/communicator", host_, [this] { guarded([this] { communicator_.serve(); }); });
  }
  std::vector<sg::ActorPtr> others;
  for (int i = 1; i < case_.ranks; ++i) {
    others.push_back(sg::Actor::create(fmt::format("{}/rank{}", case_.name, i), host_,
                                       [this, i] { guarded([this, i] { rank(i); }); }));
  }
  guarded([this] { rank(0); });
  for (const auto& actor : others) actor->join();
  if (communicator) communicator->kill();
}

void StepRun::guarded(const std::function<void()>& body) {
  try {
    body();
  } catch (const std::exception& error) {
    failure_ = fmt::format("{}: {}", case_.name, error.what());
  }
}

void StepRun::rank(int rank) {
  InputPipeline& input = inputs_[rank / case_.ranks_per_node];
  double before = 0;
  for (int step = 1; step <= kMostSteps; ++step) {
    const double start = sg::Engine::get_clock();
    if (rank == 0) {
      step_start_seconds_ = start;
      spans_.clear();
    }
    walk(rank, input);
    step_end_->wait();
    const double seconds = sg::Engine::get_clock() - start;
    if (rank == 0) measurement_.steps = step;
    if (step == 1 ? leaves_nothing_behind(seconds) : steady(seconds, before)) {
      if (rank == 0) finish(seconds);
      return;
    }
    before = seconds;
  }
  failure_ = fmt::format("{}: the step time is not steady after {} steps", case_.name, kMostSteps);
}

void StepRun::walk(int rank, InputPipeline& input) {
  const auto timed = [&](Span::Kind kind, int index, const auto& what) {
    const double start = sg::Engine::get_clock();
    what();
    if (rank == 0) record(kind, index, start);
  };
  timed(Span::Kind::input_wait, 0, [&] { input.take(); });
  bool reduced = false;
  for (size_t i = 0; i < program_.segments.size(); ++i) {
    const parallel::Segment& segment = program_.segments[i];
    if (segment.activity == parallel::Activity::optimizer && !reduced) {
      timed(Span::Kind::gradient_wait, 0, [&] { communicator_.wait_all(); });
      reduced = true;
    }
    if (segment.waits) timed(Span::Kind::gradient_wait, 0, [&] { communicator_.wait_posted(); });
    timed(Span::Kind::segment, static_cast<int>(i), [&] { sg::this_actor::sleep_for(segment.seconds); });
    for (const int bucket : segment.posts) communicator_.post(bucket);
  }
}

void StepRun::record(Span::Kind kind, int index, double start_seconds) {
  const double end = sg::Engine::get_clock();
  if (end > start_seconds) {
    spans_.push_back({kind, index, start_seconds - step_start_seconds_, end - step_start_seconds_});
  }
}

bool StepRun::leaves_nothing_behind(double step_seconds) const {
  return communicator_.idle() && program_.input_seconds <= step_seconds;
}

void StepRun::finish(double step_seconds) {
  measurement_.seconds = step_seconds;
  for (const Span& span : spans_) account(span);
  // A rank that reaches the end of the step before the others waits for them.
  const double accounted = spans_.empty() ? 0 : spans_.back().end_seconds;
  measurement_.exposed_communication_seconds += std::max(0.0, step_seconds - accounted);
  measurement_.flows = communicator_.flows();
  measurement_.spans = spans_;
  for (Span span : communicator_.spans()) {
    span.start_seconds -= step_start_seconds_;
    span.end_seconds -= step_start_seconds_;
    measurement_.spans.push_back(span);
  }
}

void StepRun::account(const Span& span) {
  const double seconds = span.end_seconds - span.start_seconds;
  switch (span.kind) {
    case Span::Kind::input_wait: measurement_.input_seconds += seconds; return;
    case Span::Kind::gradient_wait: measurement_.exposed_communication_seconds += seconds; return;
    case Span::Kind::collective: return;
    case Span::Kind::segment: break;
  }
  switch (program_.segments[span.index].activity) {
    case parallel::Activity::overhead: measurement_.overhead_seconds += seconds; return;
    case parallel::Activity::optimizer: measurement_.optimizer_seconds += seconds; return;
    case parallel::Activity::forward:
    case parallel::Activity::backward: measurement_.compute_seconds += seconds; return;
  }
}

}  // namespace podsim::step
