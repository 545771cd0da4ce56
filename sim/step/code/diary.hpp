#pragma once

#include "parallel/program.hpp"
#include "step/code/measurement.hpp"
#include "step/code/rank_code.hpp"

#include <vector>

namespace podsim::step {

/// What a rank's path through a step goes for.
class Diary {
 public:
  /// `kinds_of_messages`: as that. `spans`: whether it notes each thing, beside their sums. All must outlive the diary.
  Diary(const parallel::StepProgram& program, const std::vector<int>& kinds_of_messages, const RankCode& code,
        bool spans);

  void begin_step(double now);

  /// Something of the rank has gone on from `since` until now.
  void input_wait(double since, double now);
  void slept(int block, const Op& op, double since, double now);
  /// `began`: when the message did that has been waited for.
  void message_wait(int block, const Op& op, double began, double since, double now);
  /// The rank has waited for the others until the end of the step.
  void end(double now);

  /// So much more time has passed than the clock shows, `times` as it did in `period`.
  void skip(double seconds, const PathSeconds& period, double times);

  const PathSeconds& sums() const { return sums_; }
  const std::vector<Span>& spans() const { return spans_; }

 private:
  Span span(Span::Kind kind, int block, int index, double since, double now) const;
  void note(const Span& span);
  void work(const Span& span);
  void expose(parallel::Traffic traffic, double seconds);

  const parallel::StepProgram& program_;
  const std::vector<int>& kinds_of_messages_;
  const RankCode& code_;
  bool with_spans_;
  bool several_kinds_;
  double step_start_ = 0;
  double skipped_ = 0;
  double last_end_ = 0;  ///< of what was noted, from the start of the step
  PathSeconds sums_;
  std::vector<Span> spans_;
};

}  // namespace podsim::step
