#include "step/channel.hpp"

#include "step/code/sharing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace podsim::step {

Channel::Channel(const Venue& venue, const std::vector<Cargo>& cargo) : venue_(venue) {
  for (const Cargo& one : cargo) {
    const collective::Schedule& schedule = venue.collectives.schedule(one.demand);
    states_.push_back({.message = one.message,
                       .members = one.members,
                       .schedule = &schedule,
                       .bytes = one.demand.bytes,
                       .solo = &venue.known[one.demand]});
  }
}

bool Channel::is_divisible(State& state) const {
  if (!state.divisible) {
    const auto& phases = state.schedule->phases;
    state.divisible = phases.size() == 1 && ends_together(venue_.collectives.network, phases.front());
  }
  return *state.divisible;
}

std::vector<const collective::Schedule*> Channel::schedules() const {
  std::vector<const collective::Schedule*> schedules;
  for (const State& state : states_) schedules.push_back(state.schedule);
  return schedules;
}

void Channel::start(int message, int64_t number) {
  State& state = of(message);
  if (number > state.starts) {
    state.starts = number;
    queue_.push_back({message, number, 1});
  } else {
    const auto same = [&](const Travelling& travelling) {
      return travelling.message == message && travelling.number == number;
    };
    ++std::find_if(queue_.begin(), queue_.end(), same)->started;
  }
  begin_next();
}

void Channel::await(int message, int64_t arrival, Listener& listener) {
  of(message).waiting.push_back({&listener, arrival});
}

std::string Channel::under_way() const {
  const Travelling& first = queue_.front();
  const State& state = of(first.message);
  return fmt::format("message {} waits for {} of {} ranks", state.message, state.members - first.started,
                     state.members);
}

void Channel::begin_next() {
  if (travel_ != Travel::none || queue_.empty()) return;
  State& state = of(queue_.front().message);
  if (queue_.front().started < state.members) return;
  began_ = venue_.clock.now();
  undisturbed_ = std::all_of(sharing_.begin(), sharing_.end(),
                             [](const Channel* other) { return other->travel_ == Travel::none; });
  const bool known = *state.solo && (sharing_.empty() || (undisturbed_ && is_divisible(state)));
  travel_ = known ? Travel::asleep : Travel::played;
  report(false);
  for (Channel* other : sharing_) other->disturb();
  if (known) {
    venue_.clock.sleep(**state.solo, *this, ++nap_);
  } else {
    play({});
  }
}

void Channel::disturb() {
  undisturbed_ = false;
  if (travel_ != Travel::asleep) return;
  travel_ = Travel::played;
  const State& state = of(queue_.front().message);
  const double elapsed = venue_.clock.now() - began_;
  const double lead = state.schedule->base_seconds + state.schedule->phases.front().fill_seconds;
  const double left = std::max(0.0, **state.solo - elapsed);
  play(Rest{.wait_seconds = std::max(0.0, lead - elapsed), .share = std::min(1.0, left / (**state.solo - lead))});
}

void Channel::play(const std::optional<Rest>& rest) {
  const State& state = of(queue_.front().message);
  venue_.players.play({&venue_.fabric, state.schedule, state.bytes, rest, this});
}

void Channel::wake(uint64_t nap) {
  if (travel_ == Travel::asleep && nap == nap_) finish();
}

void Channel::played(int64_t flows) {
  flows_ += flows;
  std::optional<double>& solo = *of(queue_.front().message).solo;
  if (undisturbed_ && !solo) solo = venue_.clock.now() - began_;
  finish();
}

void Channel::finish() {
  State& state = of(queue_.front().message);
  report(true);
  queue_.pop_front();
  travel_ = Travel::none;
  const double began = began_;
  if (with_spans_) {
    spans_.push_back({Span::Kind::message, 0, state.message, began + skipped_, venue_.clock.now() + skipped_});
  }
  const int64_t arrivals = ++state.arrivals;
  begin_next();
  const std::vector<Waiting> waiting = std::exchange(state.waiting, {});
  for (const Waiting& rank : waiting) {
    if (rank.arrival > arrivals) {
      state.waiting.push_back(rank);
    } else {
      rank.listener->arrived(began);
    }
  }
}

void Channel::forget_spans() {
  spans_.clear();
  skipped_ = 0;
}

void Channel::report_to(std::vector<Event>* events, int number) {
  events_ = events;
  number_ = number;
}

void Channel::report(bool end) {
  if (events_ != nullptr) events_->push_back({number_, queue_.front().message, end, venue_.clock.now()});
}

void Channel::describe(std::vector<int64_t>& places, std::vector<double>& seconds) const {
  places.push_back(static_cast<int64_t>(queue_.size()));
  for (const Travelling& travelling : queue_) {
    places.insert(places.end(), {travelling.message, travelling.started});
  }
  places.push_back(travel_ == Travel::none ? 0 : 1);
  if (travel_ != Travel::none) seconds.push_back(venue_.clock.now() - began_);
}

}  // namespace podsim::step
