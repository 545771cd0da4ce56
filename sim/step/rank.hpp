#pragma once

#include "parallel/program.hpp"
#include "step/channel.hpp"
#include "step/clock.hpp"
#include "step/input_pipeline.hpp"
#include "step/simulation.hpp"
#include "step/usage.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

namespace podsim::step {

/// One simulated rank on its way through the loops of its kind. It moves when its work is done or a message that it waits
/// for has arrived, and costs nothing in between.
class Rank : public Sleeper, public Channel::Listener {
 public:
  /// `observed`: notes what it does and when. `at_end` is called at the end of each step. All must outlive the rank.
  Rank(const parallel::StepProgram& program, size_t kind, std::deque<Channel>& channels, InputPipeline& input,
       Clock& clock, bool observed, const std::function<void()>& at_end);

  /// Begins the next step: waits for its input, then goes through the code.
  void begin_step();

  void wake() override;
  void arrived() override { pass(Span::Kind::message_wait); }

  /// Of the last step, from its start; empty for a rank that is not observed.
  const std::vector<Span>& spans() const { return spans_; }

 private:
  /// How often the rank has started and awaited a message, in all steps.
  struct Uses {
    int64_t starts = 0;
    int64_t awaits = 0;
  };

  /// The instruction at hand is done.
  void pass(Span::Kind kind);
  void begin_code();
  void go_on();
  /// Goes to the next block; false at the end of the last.
  bool next_block();
  bool enter_block();
  const parallel::Block& block() const { return program_.blocks[static_cast<size_t>(block_)]; }
  /// Whether the instruction at hand holds the rank up.
  bool held(const parallel::Work& work);
  bool held(const parallel::Start& start);
  bool held(const parallel::Await& await);
  Channel& channel_of(int message);
  void note(Span::Kind kind, int index);

  const parallel::StepProgram& program_;
  const parallel::RankKind& kind_;
  Usage usage_;
  std::deque<Channel>& channels_;
  InputPipeline& input_;
  Clock& clock_;
  bool observed_;
  const std::function<void()>& at_end_;
  std::vector<Uses> uses_;  ///< by message of the program
  size_t loop_ = 0;         ///< of the kind
  int64_t iteration_ = 0;
  size_t in_loop_ = 0;  ///< place of the block in the loop
  int block_ = 0;       ///< of the program
  size_t at_ = 0;       ///< instruction
  bool has_input_ = false;
  double step_start_ = 0;
  double since_ = 0;  ///< when what is at hand began
  std::vector<Span> spans_;
};

}  // namespace podsim::step
