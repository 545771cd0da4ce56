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
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace podsim::step {

/// Seconds of the collectives of a network that carries nothing else meanwhile on their links, as far as known.
using SoloSeconds = std::map<collective::Demand, std::optional<double>>;

/// What a program's messages are played on.
struct Venue {
  Clock& clock;
  Players& players;
  const Fabric& fabric;
  const collective::Collectives& collectives;
  SoloSeconds& known;  ///< what was simulated before on this fabric; grows
};

/// A stream, or one of its groups, at work: its messages travel one after the other, in the order in which their first
/// rank started them. Each begins when all have started it that do so and those before it have arrived, and arrives for
/// all at once.
///
/// What it takes is known, once it was played with nothing beside it: then it is only waited for. If another channel
/// begins meanwhile on the same links, what is left is played on the network; where that cannot be told, the message is
/// played from its beginning.
class Channel : public Sleeper, private Players::Audience {
 public:
  /// Whoever waits for a message.
  class Listener {
   public:
    virtual ~Listener() = default;
    /// It has begun at `began` and is there now.
    virtual void arrived(double began) = 0;
  };

  /// One of its messages.
  struct Cargo {
    int message = 0;  ///< of the program
    int members = 0;  ///< simulated ranks that start it
    collective::Demand demand;
  };

  /// Something that has happened to a message, by its place among the channel's.
  struct Event {
    int channel = 0;
    int message = 0;
    bool end = false;
    double time = 0;
  };

  /// `venue` must outlive the channel.
  Channel(const Venue& venue, const std::vector<Cargo>& cargo);

  std::vector<const collective::Schedule*> schedules() const;

  /// The other channels that have links in common with it.
  void set_sharing(std::vector<Channel*> sharing) { sharing_ = std::move(sharing); }

  /// A rank's part in a message, by its place here, is ready for the `number`th time.
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

  /// Notes from now on what has arrived.
  void keep_spans() { with_spans_ = true; }
  /// What has arrived since `forget_spans`, at absolute simulated times.
  const std::vector<Span>& spans() const { return spans_; }
  void forget_spans();
  int64_t flows() const { return flows_; }

  /// So much more time has passed than the clock shows.
  void skip(double seconds) { skipped_ += seconds; }

  /// Notes from now on what begins and ends, as channel number `number`; a null pointer ends that.
  void report_to(std::vector<Event>* events, int number);

  /// Adds all that tells what the channel does now: places and counts, and the seconds that it has been at it.
  void describe(std::vector<int64_t>& places, std::vector<double>& seconds) const;

  void wake(uint64_t nap) override;

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
    int message = 0;
    int members = 0;
    const collective::Schedule* schedule = nullptr;
    double bytes = 0;
    std::optional<double>* solo = nullptr;
    std::optional<bool> divisible{};  ///< what is left of it can be told at any time; as far as it was asked
    int64_t starts = 0;               ///< of the rank that is ahead of the others
    int64_t arrivals = 0;
    std::vector<Waiting> waiting{};
  };

  /// How the message at hand travels.
  enum class Travel { none, asleep, played };

  State& of(int message) { return states_[static_cast<size_t>(message)]; }
  const State& of(int message) const { return states_[static_cast<size_t>(message)]; }
  bool is_divisible(State& state) const;
  void begin_next();
  /// Another channel begins on the same links.
  void disturb();
  void play(const std::optional<Rest>& rest);
  void played(int64_t flows) override;
  void finish();
  void report(bool end);

  Venue venue_;
  std::vector<State> states_;
  std::vector<Channel*> sharing_;
  std::deque<Travelling> queue_;
  Travel travel_ = Travel::none;
  bool undisturbed_ = false;
  uint64_t nap_ = 0;  ///< sleeps so far
  double began_ = 0;
  bool with_spans_ = false;
  std::vector<Span> spans_;
  double skipped_ = 0;
  int64_t flows_ = 0;
  std::vector<Event>* events_ = nullptr;
  int number_ = 0;
};

}  // namespace podsim::step
