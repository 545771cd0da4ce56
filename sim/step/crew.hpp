#pragma once

#include "parallel/program.hpp"
#include "step/channel.hpp"
#include "step/code/diary.hpp"
#include "step/code/groups.hpp"
#include "step/code/input_pipeline.hpp"
#include "step/code/rank_code.hpp"
#include "step/code/usage.hpp"
#include "step/rank.hpp"
#include "step/simulation.hpp"

#include <cstddef>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace podsim::step {

/// All that takes part in a program's steps: channels, input pipelines, ranks, and diaries of the first rank of each kind.
class Crew {
 public:
  /// Makes the channels. All must outlive the crew.
  Crew(const Case& simulated, const parallel::StepProgram& program, const Venue& venue);

  /// Messages of one simulated rank alone, with links that no other uses or only together with that rank: once it is known
  /// what they take, the ranks' codes need not ask for it again.
  std::vector<collective::Demand> own_demands() const;

  /// Makes the rest, when it is known what the own messages take.
  void make_ranks(Rank::Follower& follower);

  std::deque<Channel>& channels() { return channels_; }
  const std::deque<Channel>& channels() const { return channels_; }
  std::deque<InputPipeline>& inputs() { return inputs_; }
  std::deque<Rank>& ranks() { return ranks_; }
  /// By kind; none of a kind that nobody simulates.
  std::vector<std::optional<Diary>>& diaries() { return diaries_; }
  /// The simulated kind of most work.
  size_t busiest() const { return busiest_; }
  const std::vector<RankCode>& codes() const { return codes_; }

 private:
  /// Where a message of a group travels.
  struct Seat {
    size_t channel = 0;
    int message = 0;  ///< of the channel
  };

  void make_channels();
  void find_sharing();
  void make_codes();
  void make_inputs();
  const Seat& seat(int message, size_t rank) const;
  std::vector<Rank::Use> uses_of(size_t rank);
  /// By message, whether it is an own one.
  std::vector<bool> own_messages() const;
  /// What its busiest kind's rank takes part in is noted.
  void keep_spans(const std::vector<Rank::Use>& uses);

  const Case& case_;
  const parallel::StepProgram& program_;
  Venue venue_;
  Groups groups_;
  std::vector<Usage> usages_;  ///< by kind
  std::vector<int> kinds_of_messages_;
  size_t busiest_ = 0;
  std::map<std::pair<int, int>, Seat> seats_;  ///< by message and first rank of the group
  std::deque<Channel> channels_;
  std::vector<int> stream_of_channel_;
  std::vector<std::vector<int>> sharing_;  ///< by stream, others with links in common
  std::vector<bool> own_;                  ///< by message
  std::vector<RankCode> codes_;
  std::deque<InputPipeline> inputs_;
  std::vector<InputPipeline*> input_of_rank_;
  std::vector<std::optional<Diary>> diaries_;
  std::deque<Rank> ranks_;
};

}  // namespace podsim::step
