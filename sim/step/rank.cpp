#include "step/rank.hpp"

namespace podsim::step {

Rank::Rank(const parallel::StepProgram& program, size_t kind, std::deque<Channel>& channels, InputPipeline& input,
           Clock& clock, bool observed, const std::function<void()>& at_end)
    : program_(program),
      kind_(program.kinds[kind]),
      usage_(usage_of(program, kind_)),
      channels_(channels),
      input_(input),
      clock_(clock),
      observed_(observed),
      at_end_(at_end),
      uses_(program.messages.size()) {}

void Rank::begin_step() {
  has_input_ = !kind_.takes_input;
  step_start_ = since_ = Clock::now();
  spans_.clear();
  loop_ = 0;
  iteration_ = 0;
  in_loop_ = 0;
  at_ = 0;
  if (has_input_) {
    begin_code();
  } else if (input_.ready_seconds() > since_) {
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
  begin_code();
}

void Rank::begin_code() {
  if (enter_block()) {
    go_on();
  } else {
    at_end_();
  }
}

/// Looks for the first block from here on.
bool Rank::enter_block() {
  while (loop_ < kind_.loops.size()) {
    const parallel::Loop& loop = kind_.loops[loop_];
    if (iteration_ < loop.times && in_loop_ < loop.blocks.size()) {
      block_ = loop.blocks[in_loop_];
      return true;
    }
    in_loop_ = 0;
    if (!loop.blocks.empty() && ++iteration_ < loop.times) continue;
    iteration_ = 0;
    ++loop_;
  }
  return false;
}

bool Rank::next_block() {
  ++in_loop_;
  at_ = 0;
  return enter_block();
}

void Rank::pass(Span::Kind kind) {
  note(kind, static_cast<int>(at_));
  ++at_;
  go_on();
}

void Rank::go_on() {
  do {
    while (at_ < block().size()) {
      since_ = Clock::now();
      if (std::visit([this](const auto& instruction) { return held(instruction); }, block()[at_])) return;
      ++at_;
    }
  } while (next_block());
  at_end_();
}

bool Rank::held(const parallel::Work& work) {
  if (work.seconds <= 0) return false;
  clock_.sleep(work.seconds, *this);
  return true;
}

bool Rank::held(const parallel::Start& start) {
  channel_of(start.message).start(start.message, ++uses_[static_cast<size_t>(start.message)].starts);
  return false;
}

bool Rank::held(const parallel::Await& await) {
  const auto message = static_cast<size_t>(await.message);
  const int64_t number = ++uses_[message].awaits;
  const int64_t arrival = await.of_last_step ? number - usage_.awaits[message] : number;
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
  if (observed_ && end > since_) spans_.push_back({kind, block_, index, since_ - step_start_, end - step_start_});
}

}  // namespace podsim::step
