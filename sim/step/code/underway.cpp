#include "step/code/underway.hpp"

#include <algorithm>

namespace podsim::step {

Underway::Underway(const parallel::StepProgram& program)
    : program_(program), messages_(program.messages.size()), streams_(program.streams.size()) {}

Underway::Stream& Underway::stream_of(int message) {
  return streams_[static_cast<size_t>(program_.messages[static_cast<size_t>(message)].stream)];
}

void Underway::start(int message, double now, double seconds) {
  if (of(message).arrivals.empty()) touched_.push_back(message);
  Stream& stream = stream_of(message);
  stream.idle_at = std::max(stream.idle_at, now) + seconds;
  of(message).arrivals.push_back({stream.idle_at, ++stream.started});
}

std::optional<double> Underway::await(int message) {
  Message& awaited = of(message);
  if (awaited.awaits == awaited.arrivals.size()) return std::nullopt;
  const auto [time, number] = awaited.arrivals[awaited.awaits++];
  Stream& stream = stream_of(message);
  stream.awaited = std::max(stream.awaited, number);
  return time;
}

bool Underway::follow(const parallel::Instruction& instruction) {
  if (const auto* begun = std::get_if<parallel::Start>(&instruction)) start(begun->message, 0, 0);
  const auto* awaited = std::get_if<parallel::Await>(&instruction);
  return awaited == nullptr || await(awaited->message).has_value();
}

void Underway::clear() {
  for (const int message : touched_) {
    stream_of(message) = {};
    of(message).arrivals.clear();
    of(message).awaits = 0;
  }
  touched_.clear();
}

bool Underway::balanced(int message, bool awaited) const {
  const Message& of_number = messages_[static_cast<size_t>(message)];
  return !awaited || of_number.awaits == of_number.arrivals.size();
}

}  // namespace podsim::step
