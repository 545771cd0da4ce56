#include "step/rank.hpp"

#include <algorithm>
#include <utility>

namespace podsim::step {

Rank::Rank(const RankCode& code, std::vector<Use> uses, InputPipeline* input, Clock& clock, Diary* diary,
           Follower& follower)
    : code_(code), uses_(std::move(uses)), input_(input), clock_(clock), diary_(diary), follower_(follower) {}

void Rank::begin_step() {
  since_ = clock_.now();
  if (diary_ != nullptr) diary_->begin_step(since_);
  place_ = {};
  has_input_ = input_ == nullptr;
  if (has_input_) {
    begin_code();
  } else if (input_->ready_seconds() > since_) {
    clock_.sleep_until(input_->ready_seconds(), *this);
  } else {
    wake(0);
  }
}

bool Rank::has_loop_of(int64_t times) const {
  return std::any_of(code_.loops.begin(), code_.loops.end(),
                     [times](const parallel::Loop& loop) { return loop.times >= times; });
}

void Rank::wake(uint64_t /*nap*/) {
  const double now = clock_.now();
  if (!has_input_) {
    has_input_ = true;
    input_->take(now);
    if (diary_ != nullptr) diary_->input_wait(since_, now);
    return begin_code();
  }
  if (diary_ != nullptr) diary_->slept(block_->block, op(), since_, now);
  ++place_.op;
  go_on();
}

void Rank::arrived(double began) {
  if (diary_ != nullptr) diary_->message_wait(block_->block, op(), began, since_, clock_.now());
  ++place_.op;
  go_on();
}

void Rank::begin_code() {
  if (!code_.loops.empty()) place_.left = loop().times - 1;
  if (enter_block()) {
    go_on();
  } else {
    follower_.at_end_of_step();
  }
}

bool Rank::enter_block() {
  while (place_.loop < code_.loops.size()) {
    if (place_.left >= 0 && place_.block < loop().blocks.size()) {
      block_ = &code_.blocks[static_cast<size_t>(loop().blocks[place_.block])];
      return true;
    }
    place_.block = 0;
    if (!loop().blocks.empty() && place_.left > 0) {
      --place_.left;
      ++place_.iteration;
      if (followed_times_ > 0 && loop().times >= followed_times_) follower_.at_iteration();
    } else if (++place_.loop < code_.loops.size()) {
      place_.iteration = 0;
      place_.left = loop().times - 1;
    }
  }
  return false;
}

bool Rank::next_block() {
  ++place_.block;
  place_.op = 0;
  return enter_block();
}

void Rank::go_on() {
  since_ = clock_.now();
  do {
    for (; place_.op < block_->ops.size(); ++place_.op) {
      if (held()) return;
    }
  } while (next_block());
  follower_.at_end_of_step();
}

bool Rank::held() {
  const Op& next = op();
  if (next.type == Op::Type::sleep) {
    clock_.sleep_until(since_ + next.seconds, *this);
    return true;
  }
  Use& use = uses_[static_cast<size_t>(next.use)];
  switch (next.type) {
    case Op::Type::start: use.channel->start(use.message, ++use.starts); return false;
    case Op::Type::await: return held_until(next, ++use.awaits);
    case Op::Type::await_of_last_step:
      return held_until(next, ++use.awaits - code_.awaits[static_cast<size_t>(next.use)]);
    case Op::Type::sleep: break;
  }
  return false;
}

bool Rank::held_until(const Op& awaiting, int64_t arrival) {
  const Use& use = uses_[static_cast<size_t>(awaiting.use)];
  if (use.channel->arrivals(use.message) >= arrival) return false;
  use.channel->await(use.message, arrival, *this);
  return true;
}

}  // namespace podsim::step
