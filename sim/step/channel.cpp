#include "step/channel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace podsim::step {

Channel::Channel(const parallel::StepProgram& program, const Venue& venue, std::vector<int> members, bool alone)
    : program_(program), venue_(venue), members_(std::move(members)), alone_(alone), states_(program.messages.size()) {}

void Channel::start(int message, int64_t number) {
  if (number > of(message).starts) {
    of(message).starts = number;
    queue_.push_back({message, number, 0});
  }
  const auto same = [&](const Travelling& travelling) {
    return travelling.message == message && travelling.number == number;
  };
  ++std::find_if(queue_.begin(), queue_.end(), same)->started;
  begin_next();
}

void Channel::await(int message, int64_t arrival, Listener& listener) {
  of(message).waiting.push_back({&listener, arrival});
}

std::string Channel::under_way() const {
  const Travelling& first = queue_.front();
  const int all = members(first.message);
  return fmt::format("message {} waits for {} of {} ranks", first.message, all - first.started, all);
}

void Channel::begin_next() {
  if (busy_ || queue_.empty() || queue_.front().started < members(queue_.front().message)) return;
  busy_ = true;
  began_ = Clock::now();
  const collective::Demand demand = program_.demand(program_.messages[static_cast<size_t>(queue_.front().message)]);
  const auto known = venue_.known.find(demand);
  if (alone_ && known != venue_.known.end()) {
    venue_.clock.sleep(known->second, *this);
    return;
  }
  venue_.players.play(venue_.fabric, venue_.collectives.schedule(demand), demand.bytes, [this, demand](int64_t flows) {
    flows_ += flows;
    if (alone_) venue_.known[demand] = Clock::now() - began_;
    finish();
  });
}

void Channel::finish() {
  const int message = queue_.front().message;
  queue_.pop_front();
  busy_ = false;
  spans_.push_back({Span::Kind::message, 0, message, began_, Clock::now()});
  const int64_t arrivals = ++of(message).arrivals;
  begin_next();
  std::vector<Waiting> waiting = std::exchange(of(message).waiting, {});
  for (const Waiting& rank : waiting) {
    if (rank.arrival > arrivals) {
      of(message).waiting.push_back(rank);
    } else {
      rank.listener->arrived();
    }
  }
}

}  // namespace podsim::step
