#pragma once

#include "step/channel.hpp"
#include "step/simulation.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

namespace podsim::step {

/// What goes on at one moment of an iteration, and what has happened since that of the iteration before.
struct Snapshot {
  double time = 0;
  std::vector<int64_t> places;         ///< of ranks in their loops, and of messages in their channels
  std::vector<double> seconds;         ///< for which each has been at what it does
  std::vector<Channel::Event> events;  ///< begins and ends of messages
  std::vector<PathSeconds> paths;      ///< of the observed ranks so far
};

/// Tells from snapshots of one iteration after the other whether they repeat themselves.
class Repetition {
 public:
  /// `longest`: iterations of a period that is looked for.
  explicit Repetition(int longest) : alike_(static_cast<size_t>(longest), 0) {}

  /// Adds the next snapshot. Returns how many iterations the last ones repeat: 0 if they do not.
  int add(Snapshot snapshot);

  /// The one that was added so many before the last.
  const Snapshot& before(int iterations) const {
    return snapshots_[snapshots_.size() - 1 - static_cast<size_t>(iterations)];
  }

 private:
  std::deque<Snapshot> snapshots_;
  std::vector<int> alike_;  ///< by iterations of a period less one: snapshots in a row that are alike
};

}  // namespace podsim::step
