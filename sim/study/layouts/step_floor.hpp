#pragma once

#include "collective/schedule/operation.hpp"
#include "platform/slice.hpp"
#include "study/layouts/shared_stages.hpp"

#include <map>

namespace podsim::study {

/// What no step of a layout can be faster than, known without compiling or simulating it.
///
/// A rank works through all its micro-batches and waits for each exchange that nothing hides; the ranks of a pipeline
/// first wait for the stages before them and in the end for the way back; then gradients travel that do not travel
/// under the work, and the update follows. Work is timed as in the simulation, exchanges by the cuts of the topology.
class StepFloor {
 public:
  /// All must outlive it.
  StepFloor(const run::RunRequest& request, const platform::Slice& slice, SharedStages& shared)
      : request_(request), slice_(slice), shared_(shared) {}

  /// Mean over the phases.
  double seconds(const parallel::Plan& plan);

 private:
  struct Rank;

  double phase_seconds(const parallel::Plan& plan, std::size_t phase);
  std::vector<Rank> ranks_of(const parallel::Plan& plan, std::size_t phase);
  void add_sends(const parallel::Plan& plan, double bytes, std::vector<Rank>& ranks);
  double way_seconds(const parallel::Plan& plan, const WaySums& way, int rank, std::size_t first, std::size_t last);
  double gradient_seconds(const parallel::Plan& plan, int rank, const Rank& what);
  double gather_seconds(const parallel::Plan& plan, int rank, const Rank& what);
  double sharded_seconds(const parallel::Plan& plan, int rank, const Rank& what);
  double update_seconds(const parallel::Plan& plan, const Rank& what) const;
  /// A collective's bound.
  double bound(collective::Operation operation, const collective::Group& group, const collective::Place& place,
               double bytes);

  const run::RunRequest& request_;
  const platform::Slice& slice_;
  SharedStages& shared_;
  std::map<collective::Demand, double> bounds_;  ///< of one byte
};

}  // namespace podsim::study
