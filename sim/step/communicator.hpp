#pragma once

#include "collective/all_reduce.hpp"
#include "step/fabric.hpp"
#include "step/simulation.hpp"

#include <simgrid/s4u.hpp>

#include <deque>
#include <map>
#include <vector>

namespace podsim::step {

/// Seconds of the collectives of a network that carries nothing else meanwhile, by bytes.
using SoloSeconds = std::map<double, double>;

/// The collective library of all ranks of a case: a bucket starts when the last rank has posted it,
/// buckets travel one after the other in that order, and end for all ranks at once. So each has the
/// network to itself, and one of the same bytes as an earlier one takes what that took.
class Communicator {
 public:
  /// `bucket_bytes`: gradients of each all-reduce of a step. `known`: what was simulated before on this
  /// fabric; grows.
  Communicator(const Fabric& fabric, const collective::AllReduce& all_reduce, int ranks,
               const std::vector<double>& bucket_bytes, SoloSeconds& known);

  /// A rank's gradients of a bucket are ready.
  void post(int bucket);
  /// Blocks the calling rank until all buckets of the step have been reduced.
  void wait_all();

  /// Blocks the calling rank until all buckets that were posted have been reduced.
  void wait_posted();

  /// Every bucket that a rank has posted has been reduced.
  bool idle() const { return unfinished_ == 0; }

  /// The actor's body; never returns.
  void serve();

  /// The buckets of the last step, at absolute simulated times.
  const std::vector<Span>& spans() const { return spans_; }
  /// Simulated in all steps so far.
  int64_t flows() const { return flows_; }

 private:
  void reduce(double bytes);

  const Fabric& fabric_;
  const collective::AllReduce& all_reduce_;
  int ranks_;
  const std::vector<double>& bucket_bytes_;
  SoloSeconds& known_;
  std::vector<int> posted_;  ///< ranks that have posted, per bucket
  int unfinished_ = 0;       ///< buckets that a rank has posted and that are not reduced yet
  std::deque<int> ready_;
  std::vector<Span> spans_;
  int64_t flows_ = 0;
  simgrid::s4u::SemaphorePtr work_ = simgrid::s4u::Semaphore::create(0);
  int waiting_ = 0;  ///< ranks in wait_posted
  simgrid::s4u::SemaphorePtr idle_ = simgrid::s4u::Semaphore::create(0);
  simgrid::s4u::SemaphorePtr done_ = simgrid::s4u::Semaphore::create(0);
};

}  // namespace podsim::step
