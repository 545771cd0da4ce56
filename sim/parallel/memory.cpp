#include "parallel/memory.hpp"

#include "catalog/error.hpp"

#include <fmt/format.h>

#include <map>

namespace podsim::parallel {
namespace {

/// fp32 states that an optimiser keeps for each parameter (Kingma and Ba 2015; You et al. 2020).
double optimizer_states(const std::string& optimizer) {
  static const std::map<std::string, double> kStates{{"adam", 2}, {"lamb", 2}, {"sgd_momentum", 1}};
  const auto found = kStates.find(optimizer);
  if (found != kStates.end()) return found->second;
  throw catalog::InputError(
      fmt::format("training.optimizer: {}: is not known\n  way out: take adam, lamb or sgd_momentum", optimizer));
}

/// Examples whose activations fit beside the states.
int64_t fitting_examples(const MemoryNeed& need, const Plan& plan) {
  const double room = need.capacity_bytes - (need.total_bytes() - need.activations_bytes);
  const double per_example = need.activations_bytes / static_cast<double>(plan.micro_batch);
  return room < per_example ? 0 : static_cast<int64_t>(room / per_example);
}

std::vector<std::string> remedies(const MemoryNeed& need, const Plan& plan) {
  if (need.fits()) return {};
  const int64_t examples = fitting_examples(need, plan);
  if (examples == 0) return {"not even one example a rank fits: a chip with more memory, or states sharded over ranks"};
  int64_t micro_batch = examples;
  while (plan.local_batch % micro_batch != 0) --micro_batch;
  return {fmt::format("--micro-batch {}: {} passes a step, gradients accumulated", micro_batch,
                      plan.local_batch / micro_batch),
          fmt::format("more chips or a smaller --batch: at most {} examples a rank fit", examples)};
}

}  // namespace

MemoryNeed memory_need(const workload::Graph& graph, const Plan& plan, const std::string& optimizer,
                       const catalog::Chip& chip, const catalog::Stack& stack) {
  const double parameters = graph.parameters();
  MemoryNeed need;
  need.capacity_bytes = chip.memory_bytes / chip.ranks;
  need.weights_bytes = parameters * catalog::bytes_of(stack.weight_format);
  need.gradients_bytes = parameters * catalog::bytes_of(stack.gradient_format);
  need.optimizer_bytes = parameters * 4 * (optimizer_states(optimizer) + (stack.master_weights ? 1 : 0));
  need.activations_bytes = graph.saved_bytes();
  need.remedies = remedies(need, plan);
  return need;
}

double checkpoint_bytes_per_parameter(const std::string& optimizer, const catalog::Stack& stack) {
  return catalog::bytes_of(stack.weight_format) + 4 * (optimizer_states(optimizer) + (stack.master_weights ? 1 : 0));
}

}  // namespace podsim::parallel
