#pragma once

#include "catalog/spec/chip.hpp"
#include "catalog/spec/stack.hpp"
#include "parallel/plan/plan.hpp"
#include "workload/operation.hpp"

#include <string>
#include <vector>

namespace podsim::parallel {

/// Memory of one rank and what it is needed for, in bytes.
struct MemoryNeed {
  double capacity_bytes = 0;
  double weights_bytes = 0;
  double gradients_bytes = 0;
  double optimizer_bytes = 0;         ///< states and, where the stack has them, fp32 master weights
  double activations_bytes = 0;       ///< saved from the forward to the backward pass of one micro-batch
  std::vector<std::string> remedies;  ///< what would help; empty when it fits

  double total_bytes() const { return weights_bytes + gradients_bytes + optimizer_bytes + activations_bytes; }
  bool fits() const { return total_bytes() <= capacity_bytes; }
  double shortfall_bytes() const { return fits() ? 0.0 : total_bytes() - capacity_bytes; }
};

/// Memory of one rank for a graph expanded for the plan's micro-batch.
MemoryNeed memory_need(const workload::Graph& graph, const Plan& plan, catalog::Optimizer optimizer,
                       const catalog::Chip& chip, const catalog::Stack& stack);

/// Bytes of a checkpoint for each parameter: its weight and the optimiser's states, and the fp32 master
/// weight where there is one.
double checkpoint_bytes_per_parameter(catalog::Optimizer optimizer, const catalog::Stack& stack);

}  // namespace podsim::parallel
