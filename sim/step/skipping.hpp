#pragma once

#include "step/crew.hpp"
#include "step/repetition.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace podsim::step {

/// Leaves out iterations of loops when all ranks and channels do the same in each of them: what is left of the loops is
/// made shorter, and the time that it would have taken is added to the step.
class Skipping : public Sleeper {
 public:
  /// Follows the first rank that has a loop of many iterations. Both must outlive it.
  Skipping(Crew& crew, Clock& clock);

  void begin_step();

  /// The rank that is followed begins another iteration.
  void at_iteration();

  /// Left out of this step so far.
  double seconds() const { return seconds_; }

  void wake(uint64_t nap) override;

 private:
  Snapshot snapshot() const;
  /// How many more iterations all ranks go through that are like the last.
  int64_t alike_left() const;
  void skip(int64_t iterations, int period);

  Crew& crew_;
  Clock& clock_;
  Rank* followed_ = nullptr;
  int longest_;  ///< iterations of a period: what goes up and down a pipeline comes back after some
  Repetition repetition_{longest_};
  std::vector<Channel::Event> events_;
  std::optional<double> iteration_began_;
  bool awake_ = true;  ///< no snapshot is due
  double seconds_ = 0;
};

}  // namespace podsim::step
