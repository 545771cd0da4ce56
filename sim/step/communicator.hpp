#pragma once

#include "collective/all_reduce.hpp"
#include "step/fabric.hpp"
#include "step/simulation.hpp"

#include <simgrid/s4u.hpp>

#include <deque>
#include <vector>

namespace podsim::step {

/// The collective library of all ranks of a case: a bucket starts when the last rank has posted it,
/// buckets travel one after the other in that order, and end for all ranks at once.
class Communicator {
 public:
  /// `bucket_bytes`: gradients of each all-reduce of a step.
  Communicator(const Fabric& fabric, const collective::AllReduce& all_reduce, int ranks,
               const std::vector<double>& bucket_bytes);

  /// A rank's gradients of a bucket are ready.
  void post(int bucket);
  /// Blocks the calling rank until all buckets of the step have been reduced.
  void wait_all();

  /// The actor's body; never returns.
  void serve();

  /// The buckets of the last step, at absolute simulated times.
  const std::vector<Span>& spans() const { return spans_; }
  /// In all steps so far.
  int64_t flows() const { return flows_; }

 private:
  void reduce(double bytes);

  const Fabric& fabric_;
  const collective::AllReduce& all_reduce_;
  int ranks_;
  const std::vector<double>& bucket_bytes_;
  std::vector<int> posted_;  ///< ranks that have posted, per bucket
  std::deque<int> ready_;
  std::vector<Span> spans_;
  int64_t flows_ = 0;
  simgrid::s4u::SemaphorePtr work_ = simgrid::s4u::Semaphore::create(0);
  simgrid::s4u::SemaphorePtr done_ = simgrid::s4u::Semaphore::create(0);
};

}  // namespace podsim::step
