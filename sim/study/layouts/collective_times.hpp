#pragma once

#include "catalog/spec/platform.hpp"
#include "collective/schedule/operation.hpp"
#include "parallel/plan/plan.hpp"
#include "platform/node_fold.hpp"
#include "platform/slice.hpp"
#include "run/run.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace podsim::study {

/// What collectives of layouts take at least. On boxes whose nodes each hold ranks of one stage that is what they take
/// with their links to themselves, simulated once for all layouts that ask the same; elsewhere, and until find_out(), the
/// physical bound.
class CollectiveTimes {
 public:
  /// Both must outlive it.
  CollectiveTimes(const run::RunRequest& request, const platform::Slice& slice) : request_(request), slice_(slice) {}

  /// The layout that is asked about next.
  void begin(const parallel::Plan& plan);

  /// Of what the groups of a stage of the pipeline do together.
  double seconds(collective::Operation operation, const collective::Group& group, int stage, double bytes);
  /// Of its bytes in any number of parts: the physical bound.
  double bound_seconds(collective::Operation operation, const collective::Group& group, int stage, double bytes);
  /// From each rank of a stage to its like in a neighbouring one.
  double send_seconds(int from, int to, double bytes);

  /// Simulates what was asked and is not known, in worker processes. Throws Interrupted.
  void find_out(int workers);

 private:
  using FoldKey = std::pair<int, int>;
  using Times = std::map<collective::Demand, double>;  ///< negative: asked and not known

  double seconds(const collective::Demand& demand, const collective::Demand& first);
  double bound(const collective::Demand& demand);
  std::string simulated(const FoldKey& fold, const std::vector<collective::Demand>& demands) const;

  const run::RunRequest& request_;
  const platform::Slice& slice_;
  std::optional<parallel::Mesh> mesh_;
  Times* times_ = nullptr;  ///< of the layout's fold; null where stages are not alike
  std::map<FoldKey, Times> known_;
  std::map<collective::Demand, double> bounds_;  ///< of a byte
};

}  // namespace podsim::study
