#pragma once

#include "catalog/spec/workload.hpp"
#include "parallel/plan/plan.hpp"
#include "workload/operation.hpp"

#include <cstdint>
#include <vector>

namespace podsim::parallel {

/// Activations that a rank keeps at its fullest.
struct Kept {
  double bytes = 0;
  int64_t in_flight = 1;  ///< most micro-batches of one chunk
};

/// What is kept from the forward to the backward pass by a rank of the pipeline, and the most that one layer computes
/// again at a time. Of the micro-batches in flight at the fullest moment of the schedule; weight gradients that are put
/// off need their activations too.
Kept kept_bytes(const workload::Graph& graph, const Plan& plan, catalog::Recompute recompute, int rank = 0);

/// The layers of all chunks of a rank of the pipeline.
std::vector<const workload::Layer*> layers_on_rank(const workload::Graph& graph, const Plan& plan, int rank);

}  // namespace podsim::parallel
