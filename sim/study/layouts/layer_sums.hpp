#pragma once

#include "parallel/plan/plan.hpp"
#include "run/run.hpp"
#include "workload/operation.hpp"

#include <cstddef>
#include <map>
#include <tuple>
#include <vector>

namespace podsim::study {

/// What the layers before each layer take together, so that those of any stage are a difference of two.
using Sums = std::vector<double>;

/// One way of a micro-batch through the layers.
struct WaySums {
  Sums device_seconds;
  Sums launches;
  /// How often everything waits for an exchange, by who exchanges, how and how many bytes.
  std::map<std::tuple<workload::ShareAxis, workload::ExchangeKind, double>, Sums> exchanges;
};

/// The layers of a rank, as all layouts with the same shard, micro-batch and recomputation have them.
struct LayerSums {
  WaySums forward;
  WaySums backward;
  Sums shared_parameters;
  Sums expert_parameters;  ///< each as often as it is updated
};

/// `plan`: one of these layouts.
LayerSums layer_sums(const workload::Graph& graph, const parallel::Plan& plan, const run::RunRequest& request);

/// From layer `first` to before layer `last`.
inline double between(const Sums& sums, std::size_t first, std::size_t last) { return sums[last] - sums[first]; }

}  // namespace podsim::study
