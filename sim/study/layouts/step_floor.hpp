#pragma once

#include "study/layouts/collective_times.hpp"
#include "study/layouts/shared_stages.hpp"

#include <span>
#include <vector>

namespace podsim::study {

/// What no step of a layout can be faster than, known without compiling or simulating it.
///
/// A rank works through all its micro-batches and waits for each exchange that nothing hides; the ranks of a pipeline
/// first wait for the stages before them and in the end for the way back; then gradients travel that do not travel
/// under the work, and the update follows. Work is timed as in the simulation, exchanges as without others beside them.
class StepFloor {
 public:
  /// All must outlive it.
  StepFloor(const run::RunRequest& request, SharedStages& shared, CollectiveTimes& times)
      : request_(request), shared_(shared), times_(times) {}

  /// Mean over the phases.
  double seconds(const parallel::Plan& plan);

 private:
  struct Rank;

  double phase_seconds(const parallel::Plan& plan, std::size_t phase);
  std::vector<Rank> ranks_of(const parallel::Plan& plan, std::size_t phase);
  void add_sends(const parallel::Plan& plan, double bytes, std::vector<Rank>& ranks);
  double way_seconds(const parallel::Plan& plan, const WaySums& way, int rank, std::size_t first, std::size_t last);
  void add_gradients(const parallel::Plan& plan, int number, std::span<const workload::Layer> layers, Rank& rank);
  double sharded_seconds(const parallel::Plan& plan, int number, const Rank& rank);
  double update_seconds(const parallel::Plan& plan, const Rank& what) const;
  const run::RunRequest& request_;
  SharedStages& shared_;
  CollectiveTimes& times_;
};

}  // namespace podsim::study
