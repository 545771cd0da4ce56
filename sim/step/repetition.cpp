#include "step/repetition.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace podsim::step {
namespace {

constexpr double kAlike = 1e-10;  ///< of a period, by which times of repeated iterations may differ

bool alike(const Snapshot& one, const Snapshot& other, double tolerance) {
  const auto near = [&](double a, double b) { return std::abs(a - b) <= tolerance; };
  return one.places == other.places &&
         std::equal(one.seconds.begin(), one.seconds.end(), other.seconds.begin(), other.seconds.end(), near) &&
         std::equal(one.events.begin(), one.events.end(), other.events.begin(), other.events.end(),
                    [&](const Channel::Event& a, const Channel::Event& b) {
                      return a.channel == b.channel && a.message == b.message && a.end == b.end &&
                             near(one.time - a.time, other.time - b.time);
                    });
}

/// Events of one channel have an order; those of different channels that are at the same time have none.
void sort_by_channel(std::vector<Channel::Event>& events) {
  std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.channel < b.channel; });
}

}  // namespace

int Repetition::add(Snapshot snapshot) {
  sort_by_channel(snapshot.events);
  snapshot.seconds.push_back(snapshots_.empty() ? 0 : snapshot.time - snapshots_.back().time);
  snapshots_.push_back(std::move(snapshot));
  if (snapshots_.size() > alike_.size() + 1) snapshots_.pop_front();
  int found = 0;
  for (int period = 1; period < static_cast<int>(snapshots_.size()); ++period) {
    int& in_a_row = alike_[static_cast<size_t>(period) - 1];
    const Snapshot& last = before(0);
    const Snapshot& first = before(period);
    in_a_row = alike(last, first, kAlike * (last.time - first.time)) ? in_a_row + 1 : 0;
    if (found == 0 && in_a_row > period) found = period;
  }
  return found;
}

}  // namespace podsim::step
