#pragma once

#include "step/channel.hpp"
#include "step/clock.hpp"
#include "step/code/diary.hpp"
#include "step/code/input_pipeline.hpp"
#include "step/code/rank_code.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace podsim::step {

/// One simulated rank on its way through the loops of its kind. It moves when its work is done or a message that it waits
/// for has arrived, and costs nothing in between.
class Rank : public Sleeper, public Channel::Listener {
 public:
  /// A message that the rank starts or awaits.
  struct Use {
    Channel* channel = nullptr;
    int message = 0;  ///< of the channel
    int64_t starts = 0;
    int64_t awaits = 0;  ///< in all steps
  };

  /// Whoever follows ranks.
  class Follower {
   public:
    virtual ~Follower() = default;
    virtual void at_end_of_step() = 0;
    /// The rank that is followed begins another iteration of a loop of many.
    virtual void at_iteration() = 0;
  };

  /// Where a rank is in its loops.
  struct Place {
    size_t loop = 0;
    int64_t iteration = 0;  ///< those left out do not count
    int64_t left = 0;       ///< iterations after this one
    size_t block = 0;       ///< of the loop
    size_t op = 0;
  };

  /// `uses`: by message of `code`. `input`: none for a rank that takes none. `diary`: none for a rank that is not
  /// observed. All must outlive the rank.
  Rank(const RankCode& code, std::vector<Use> uses, InputPipeline* input, Clock& clock, Diary* diary,
       Follower& follower);

  /// Begins the next step: waits for its input, then goes through the code.
  void begin_step();

  void wake(uint64_t nap) override;
  void arrived(double began) override;

  bool has_loop_of(int64_t times) const;
  /// Loops of at least so many iterations are followed; 0: none.
  void follow(int64_t least_times) { followed_times_ = least_times; }
  /// What it does now: where, and for how long.
  const Place& place() const { return place_; }
  bool at_end() const { return place_.loop == code_.loops.size(); }
  double seconds_at_it() const { return clock_.now() - since_; }
  /// Goes through so many iterations less of the loop that it is in.
  void skip(int64_t iterations) { place_.left -= iterations; }

 private:
  const parallel::Loop& loop() const { return code_.loops[place_.loop]; }
  const Op& op() const { return block_->ops[place_.op]; }
  void begin_code();
  void go_on();
  /// Looks for the first block from here on; false at the end of the last.
  bool enter_block();
  bool next_block();
  /// Whether what is at hand holds the rank up.
  bool held();
  bool held_until(const Op& op, int64_t arrival);

  const RankCode& code_;
  std::vector<Use> uses_;
  InputPipeline* input_;
  Clock& clock_;
  Diary* diary_;
  Follower& follower_;
  int64_t followed_times_ = 0;
  Place place_;
  const OpBlock* block_ = nullptr;
  bool has_input_ = false;
  double since_ = 0;  ///< when what is at hand began
};

}  // namespace podsim::step
