#include "step/rank.hpp"

namespace podsim::step {

void Rank::begin_step() {
  ++step_;
  at_ = 0;
  has_input_ = false;
  step_start_ = since_ = Clock::now();
  spans_.clear();
  if (input_.ready_seconds() > since_) {
    clock_.sleep_until(input_.ready_seconds(), *this);
  } else {
    wake();
  }
}

void Rank::wake() {
  if (has_input_) return pass(Span::Kind::work);
  has_input_ = true;
  input_.take();
  note(Span::Kind::input_wait, 0);
  go_on();
}

void Rank::pass(Span::Kind kind) {
  note(kind, static_cast<int>(at_));
  ++at_;
  go_on();
}

void Rank::go_on() {
  while (at_ < code_.size()) {
    since_ = Clock::now();
    if (std::visit([this](const auto& instruction) { return held(instruction); }, code_[at_])) return;
    ++at_;
  }
  at_end_();
}

bool Rank::held(const parallel::Work& work) {
  if (work.seconds <= 0) return false;
  clock_.sleep(work.seconds, *this);
  return true;
}

bool Rank::held(const parallel::Start& start) {
  channel_of(start.message).start(start.message);
  return false;
}

bool Rank::held(const parallel::Await& await) {
  const int64_t arrival = await.of_last_step ? step_ - 1 : step_;
  Channel& channel = channel_of(await.message);
  if (channel.arrivals(await.message) >= arrival) return false;
  channel.await(await.message, arrival, *this);
  return true;
}

Channel& Rank::channel_of(int message) {
  return channels_[static_cast<size_t>(program_.messages[static_cast<size_t>(message)].stream)];
}

void Rank::note(Span::Kind kind, int index) {
  const double end = Clock::now();
  if (observed_ && end > since_) spans_.push_back({kind, index, since_ - step_start_, end - step_start_});
}

}  // namespace podsim::step
