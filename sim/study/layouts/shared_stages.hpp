#pragma once

#include "study/layouts/layer_sums.hpp"

#include <cstdint>
#include <map>
#include <tuple>
#include <vector>

namespace podsim::study {

/// What many layouts of one request have in common, made once: the layers of a rank, and what they take.
class SharedStages {
 public:
  /// `request` must outlive it.
  explicit SharedStages(const run::RunRequest& request) : request_(request) {}

  /// The layers of a rank in a phase.
  const workload::Graph& graph(const parallel::Plan& plan, std::size_t phase);
  const LayerSums& sums(const parallel::Plan& plan, std::size_t phase);

 private:
  /// What the layers of a rank depend on: the shard, the examples, and whether the head has a table of its own.
  using GraphKey = std::tuple<int, bool, int, int, int, int, int64_t, bool, std::size_t>;
  /// And their times: recomputation, and whether gradients of passes are added up.
  using SumsKey = std::tuple<GraphKey, catalog::Recompute, bool>;

  static GraphKey key_of(const parallel::Plan& plan, std::size_t phase);

  const run::RunRequest& request_;
  std::map<GraphKey, workload::Graph> graphs_;
  std::map<SumsKey, LayerSums> sums_;
};

}  // namespace podsim::study
