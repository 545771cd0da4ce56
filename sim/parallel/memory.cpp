#include "parallel/memory.hpp"

#include "catalog/spec/optimizer.hpp"
#include "parallel/activations.hpp"
#include "parallel/remedies.hpp"
#include "parallel/stage.hpp"

#include <algorithm>
#include <utility>

namespace podsim::parallel {
namespace {

/// Whole weights of the two layers that are gathered at a time (Zhao et al., FSDP, arXiv 2304.11277, section 4.3).
double gathered_bytes(const std::vector<const workload::Layer*>& layers, const Plan& plan,
                      const catalog::Stack& stack) {
  const bool experts = plan.expert_update_shards() > 1;
  double largest = 0;
  double second = 0;
  for (const workload::Layer* layer : layers) {
    const double parameters = layer->parameters + (experts ? layer->expert_parameters : 0);
    if (parameters > largest) {
      second = std::exchange(largest, parameters);
    } else {
      second = std::max(second, parameters);
    }
  }
  return (largest + second) * catalog::bytes_of(stack.formats.weight);
}

StageMemory stage_memory(const workload::Graph& graph, const Plan& plan, int rank, catalog::Optimizer optimizer,
                         const catalog::Stack& stack) {
  const std::vector<const workload::Layer*> layers = layers_on_rank(graph, plan, rank);
  double shared = 0;
  double experts = 0;
  StageMemory memory;
  memory.stage = rank;
  for (const workload::Layer* layer : layers) {
    shared += layer->parameters;
    experts += layer->expert_parameters;
    if (layer->input_bytes > 0) ++memory.blocks;
  }
  memory.parameters = shared + experts;
  const double states = catalog::optimizer_states(optimizer);
  const auto add = [&](double parameters, double shards) {
    memory.weights_bytes += parameters * catalog::bytes_of(stack.formats.weight) / (plan.zero >= 3 ? shards : 1);
    memory.gradients_bytes += parameters * catalog::bytes_of(stack.formats.gradient) / (plan.zero >= 2 ? shards : 1);
    const double master_bytes = stack.formats.master_weights ? parameters * 4 : 0.0;
    memory.optimizer_bytes += (parameters * 4 * states + master_bytes) / shards;
  };
  add(shared, plan.update_shards);
  if (experts > 0) add(experts, plan.expert_update_shards());
  if (plan.zero >= 3) memory.gathered_bytes = gathered_bytes(layers, plan, stack);
  const Kept kept = kept_bytes(graph, plan, plan.recompute, rank);
  memory.activations_bytes = kept.bytes;
  memory.in_flight = kept.in_flight;
  // What comes in and what goes out, each way.
  if (plan.degrees.pipeline > 1) memory.buffer_bytes = 4 * graph.layers[1].input_bytes;
  return memory;
}

}  // namespace

const char* name_of(Fit fit) {
  switch (fit) {
    case Fit::fits: return "fits";
    case Fit::tight: return "tight";
    case Fit::does_not_fit: break;
  }
  return "does_not_fit";
}

Fit MemoryNeed::fit() const {
  if (total_bytes() + framework_low_bytes > capacity_bytes) return Fit::does_not_fit;
  return total_bytes() + framework_high_bytes > capacity_bytes ? Fit::tight : Fit::fits;
}

MemoryNeed memory_need(const workload::Graph& graph, const Plan& plan, catalog::Optimizer optimizer,
                       const catalog::Chip& chip, const catalog::Stack& stack) {
  std::vector<StageMemory> stages;
  for (int rank = 0; rank < plan.degrees.pipeline; ++rank) {
    stages.push_back(stage_memory(graph, plan, rank, optimizer, stack));
  }
  const auto worst = std::max_element(stages.begin(), stages.end(), [](const auto& one, const auto& other) {
    return one.total_bytes() < other.total_bytes();
  });
  MemoryNeed need;
  static_cast<StageMemory&>(need) = *worst;
  need.capacity_bytes = chip.memory_bytes / chip.ranks;
  need.framework_low_bytes = stack.memory.low_bytes;
  need.framework_high_bytes = stack.memory.high_bytes;
  const double master_bytes = stack.formats.master_weights ? need.parameters * 4 : 0.0;
  need.remedies = remedies(need, graph, plan, master_bytes / plan.update_shards);
  if (plan.degrees.pipeline > 1) need.stages = std::move(stages);
  return need;
}

double checkpoint_bytes_per_parameter(catalog::Optimizer optimizer, const catalog::Stack& stack) {
  return catalog::bytes_of(stack.formats.weight) +
         4 * (catalog::optimizer_states(optimizer) + (stack.formats.master_weights ? 1 : 0));
}

}  // namespace podsim::parallel
