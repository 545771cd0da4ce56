#include "step/code/diary.hpp"

#include <algorithm>

namespace podsim::step {

Diary::Diary(const parallel::StepProgram& program, const std::vector<int>& kinds_of_messages, const RankCode& code,
             bool spans)
    : program_(program),
      kinds_of_messages_(kinds_of_messages),
      code_(code),
      with_spans_(spans),
      several_kinds_(program.kinds.size() > 1) {}

void Diary::begin_step(double now) {
  step_start_ = now;
  skipped_ = 0;
  last_end_ = 0;
  sums_ = {};
  spans_.clear();
}

Span Diary::span(Span::Kind kind, int block, int index, double since, double now) const {
  return {kind, block, index, since - step_start_ + skipped_, now - step_start_ + skipped_};
}

void Diary::note(const Span& span) {
  last_end_ = std::max(last_end_, span.end_seconds);
  if (with_spans_) spans_.push_back(span);
}

void Diary::input_wait(double since, double now) {
  if (now <= since) return;
  const Span waited = span(Span::Kind::input_wait, 0, 0, since, now);
  sums_.input_seconds += waited.end_seconds - waited.start_seconds;
  note(waited);
}

void Diary::slept(int block, const Op& op, double since, double now) {
  if (op.sleep < 0) return work(span(Span::Kind::work, block, op.index, since, now));
  const Sleep& sleep = code_.sleeps[static_cast<size_t>(op.sleep)];
  sums_.add(sleep.sums);
  const Span whole = span(Span::Kind::work, block, op.index, since, now);
  last_end_ = whole.end_seconds;
  if (!with_spans_) return;
  for (const Part& part : sleep.parts) {
    const bool own = part.kind == Span::Kind::message;
    spans_.push_back({part.kind, own ? 0 : block, part.index, whole.start_seconds + part.start_seconds,
                      whole.start_seconds + part.end_seconds});
  }
}

void Diary::work(const Span& span) {
  const double seconds = span.end_seconds - span.start_seconds;
  if (seconds <= 0) return;
  const parallel::Block& block = program_.blocks[static_cast<size_t>(span.block)];
  switch (std::get<parallel::Work>(block[static_cast<size_t>(span.index)]).activity) {
    case parallel::Activity::overhead: sums_.overhead_seconds += seconds; break;
    case parallel::Activity::optimizer: sums_.optimizer_seconds += seconds; break;
    case parallel::Activity::forward:
    case parallel::Activity::backward: sums_.compute_seconds += seconds; break;
  }
  note(span);
}

void Diary::expose(parallel::Traffic traffic, double seconds) {
  sums_.exposed_communication_seconds += seconds;
  sums_.exposed_seconds[static_cast<size_t>(traffic)] += seconds;
}

void Diary::message_wait(int block, const Op& op, double began, double since, double now) {
  if (now <= since) return;
  const Span waited = span(Span::Kind::message_wait, block, op.index, since, now);
  const auto message = static_cast<size_t>(code_.messages[static_cast<size_t>(op.use)]);
  double exposed = waited.end_seconds - waited.start_seconds;
  if (kinds_of_messages_[message] > 1) {
    const double not_begun = std::clamp(began - since, 0.0, exposed);
    sums_.bubble_seconds += not_begun;
    exposed -= not_begun;
  }
  expose(program_.messages[message].traffic, exposed);
  note(waited);
}

void Diary::end(double now) {
  const Span waited{Span::Kind::end_wait, 0, 0, last_end_, now - step_start_ + skipped_};
  const double seconds = waited.end_seconds - waited.start_seconds;
  if (seconds <= 0) return;
  if (several_kinds_) {
    sums_.bubble_seconds += seconds;
  } else {
    expose(parallel::Traffic::barrier, seconds);
  }
  note(waited);
}

void Diary::skip(double seconds, const PathSeconds& period, double times) {
  skipped_ += seconds;
  sums_.add(period, times);
}

}  // namespace podsim::step
