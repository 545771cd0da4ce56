#pragma once

#include "catalog/spec/chip.hpp"
#include "catalog/spec/stack.hpp"
#include "parallel/plan/plan.hpp"
#include "workload/operation.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace podsim::parallel {

/// Memory of one rank of a stage by what needs it, in bytes.
struct StageMemory {
  int stage = 0;          ///< of the ranks of the pipeline
  int blocks = 0;         ///< of the model, on one rank
  double parameters = 0;  ///< on one rank
  double weights_bytes = 0;
  double gradients_bytes = 0;
  double optimizer_bytes = 0;    ///< states and, where the stack has them, fp32 master weights
  double activations_bytes = 0;  ///< saved from the forward to the backward pass of the micro-batches in flight
  double gathered_bytes = 0;     ///< whole weights of the layers at work, where ZeRO shares them
  double buffer_bytes = 0;       ///< of what stages send each other
  int64_t in_flight = 1;         ///< most micro-batches of one chunk whose activations are kept

  double total_bytes() const {
    return weights_bytes + gradients_bytes + optimizer_bytes + activations_bytes + gathered_bytes + buffer_bytes;
  }
};

/// fits: with the most that the framework was seen to need; tight: with the least; does_not_fit: not even so.
enum class Fit { fits, tight, does_not_fit };

/// Memory of a rank of the stage that needs most.
struct MemoryNeed : StageMemory {
  double capacity_bytes = 0;
  double framework_low_bytes = 0;  ///< of the framework itself (catalog::FrameworkMemory)
  double framework_high_bytes = 0;
  std::vector<StageMemory> stages{};    ///< of a pipeline
  std::vector<std::string> remedies{};  ///< what would help; empty when it fits

  Fit fit() const;
  bool fits() const { return fit() != Fit::does_not_fit; }
  double shortfall_bytes() const { return fits() ? 0.0 : total_bytes() + framework_low_bytes - capacity_bytes; }
};

/// "fits", "tight" or "does_not_fit".
const char* name_of(Fit fit);

/// Memory of one rank for a graph expanded for the plan's micro-batch.
MemoryNeed memory_need(const workload::Graph& graph, const Plan& plan, catalog::Optimizer optimizer,
                       const catalog::Chip& chip, const catalog::Stack& stack);

/// Bytes of a checkpoint for each parameter: its weight and the optimiser's states, and the fp32 master
/// weight where there is one.
double checkpoint_bytes_per_parameter(catalog::Optimizer optimizer, const catalog::Stack& stack);

}  // namespace podsim::parallel
