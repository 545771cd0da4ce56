#pragma once

#include "collective/collectives.hpp"
#include "parallel/program.hpp"
#include "step/clock.hpp"
#include "step/fabric.hpp"
#include "step/players.hpp"
#include "step/simulation.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace podsim::step {

/// Seconds of the collectives of a network that carries nothing else meanwhile.
using SoloSeconds = std::map<collective::Demand, double>;

/// What a program's messages are played on.
struct Venue {
  Clock& clock;
  Players& players;
  const Fabric& fabric;
  const collective::Collectives& collectives;
  SoloSeconds& known;  ///< what was simulated before on this fabric with nothing else at work; grows
};

/// A stream at work: its messages travel one after the other, in the order in which their first rank started them. Each
/// begins when all ranks of the group have started it and those before it have arrived, and arrives for all at once.
/// What it takes is played on the network, or known, where the network carries nothing else meanwhile.
class Channel : public Sleeper {
 public:
  /// Whoever waits for a message.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void arrived() = 0;
  };

  /// `program` and `venue` must outlive the channel. `members`: simulated ranks that start a message, by message of the
  /// program. `alone`: no other stream's messages cross the same links.
  Channel(const parallel::StepProgram& program, const Venue& venue, std::vector<int> members, bool alone);

  /// A rank's part in a message is ready, for the `number`th time.
  void start(int message, int64_t number);

  /// How often a message has arrived.
  int64_t arrivals(int message) const { return of(message).arrivals; }

  /// Tells `listener` once, when the message has arrived for the `arrival`th time, which has not happened yet.
  void await(int message, int64_t arrival, Listener& listener);

  /// Tells `listener` once, when all that is under way now has arrived. Not of an idle channel.
  void await_all(Listener& listener) { await(queue_.back().message, queue_.back().number, listener); }

  /// "message 1 waits for 2 of 4 ranks". Not of an idle channel.
  std::string under_way() const;

  /// All messages that a rank has started have arrived.
  bool idle() const { return queue_.empty(); }

  /// What has arrived since `forget_spans`, at absolute simulated times.
  const std::vector<Span>& spans() const { return spans_; }
  void forget_spans() { spans_.clear(); }
  int64_t flows() const { return flows_; }

  /// A message that is known to take so long has arrived.
  void wake() override { finish(); }

 private:
  /// A message that a rank has started and that has not arrived.
  struct Travelling {
    int message = 0;
    int64_t number = 0;  ///< the first of this message is 1
    int started = 0;     ///< ranks
  };

  struct Waiting {
    Listener* listener = nullptr;
    int64_t arrival = 0;
  };

  struct State {
    int64_t starts = 0;  ///< of the rank that is ahead of the others
    int64_t arrivals = 0;
    std::vector<Waiting> waiting;
  };

  State& of(int message) { return states_[static_cast<size_t>(message)]; }
  const State& of(int message) const { return states_[static_cast<size_t>(message)]; }
  int members(int message) const { return members_[static_cast<size_t>(message)]; }
  void begin_next();
  void finish();

  const parallel::StepProgram& program_;
  Venue venue_;
  std::vector<int> members_;
  bool alone_;
  std::vector<State> states_;  ///< by message of the program
  std::deque<Travelling> queue_;
  bool busy_ = false;
  double began_ = 0;
  std::vector<Span> spans_;
  int64_t flows_ = 0;
};

}  // namespace podsim::step
