#include "parallel/memory.hpp"

#include "catalog/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace podsim::parallel {
namespace {

/// fp32 states that an optimiser keeps for each parameter (Kingma and Ba 2015; You et al. 2020). Adafactor keeps
/// sums of rows and columns, next to nothing (Shazeer and Stern, arXiv 1804.04235).
double optimizer_states(const std::string& optimizer) {
  static const std::map<std::string, double> kStates{{"adam", 2}, {"lamb", 2}, {"sgd_momentum", 1}, {"adafactor", 0}};
  const auto found = kStates.find(optimizer);
  if (found != kStates.end()) return found->second;
  throw catalog::InputError(fmt::format(
      "training.optimizer: {}: is not known\n  way out: take adam, lamb, sgd_momentum or adafactor", optimizer));
}

/// Examples whose activations fit beside the states.
int64_t fitting_examples(const MemoryNeed& need, const Plan& plan) {
  const double room = need.capacity_bytes - (need.total_bytes() - need.activations_bytes);
  const double per_example = need.activations_bytes / static_cast<double>(plan.micro_batch);
  return room < per_example ? 0 : static_cast<int64_t>(room / per_example);
}

/// What is kept from the forward to the backward pass, and the most that one layer computes again at a time.
double activation_bytes(const workload::Graph& graph, catalog::Recompute recompute) {
  double kept = 0;
  double again = 0;
  for (const workload::Layer& layer : graph.layers) {
    double layer_again = 0;
    if (recompute == catalog::Recompute::full && layer.input_bytes > 0) {
      layer_again = std::max(0.0, layer.saved_bytes - layer.input_bytes);
    } else if (recompute != catalog::Recompute::none) {
      layer_again = layer.core_saved_bytes;
    }
    kept += layer.saved_bytes - layer_again;
    again = std::max(again, layer_again);
  }
  return kept + again;
}

bool is_shared(const Plan& plan) { return plan.update_shards > 1; }

/// Options that make the need smaller without changing the shares of the ranks.
void add_options(std::vector<std::string>& remedies, const MemoryNeed& need, const workload::Graph& graph,
                 const Plan& plan) {
  if (!is_shared(plan) && plan.ranks > 1) {
    const double saved = need.optimizer_bytes * (1 - 1.0 / plan.ranks);
    if (saved >= need.shortfall_bytes()) remedies.emplace_back("--zero 1: the ranks share the optimizer states");
  }
  if (plan.recompute == catalog::Recompute::full) return;
  const double saved = need.activations_bytes - activation_bytes(graph, catalog::Recompute::full);
  if (saved >= need.shortfall_bytes()) {
    remedies.emplace_back("--recompute full: the backward pass computes layers again from their inputs");
  }
}

std::vector<std::string> remedies(const MemoryNeed& need, const workload::Graph& graph, const Plan& plan) {
  if (need.fits()) return {};
  std::vector<std::string> result;
  const int64_t examples = fitting_examples(need, plan);
  if (examples == 0) {
    add_options(result, need, graph, plan);
    result.emplace_back("not even one example a rank fits: a chip with more memory, or states sharded over ranks");
    return result;
  }
  int64_t micro_batch = examples;
  while (plan.local_batch % micro_batch != 0) --micro_batch;
  result.push_back(fmt::format("--micro-batch {}: {} passes a step, gradients accumulated", micro_batch,
                               plan.local_batch / micro_batch));
  add_options(result, need, graph, plan);
  result.push_back(fmt::format("more chips or a smaller --batch: at most {} examples a rank fit", examples));
  return result;
}

}  // namespace

MemoryNeed memory_need(const workload::Graph& graph, const Plan& plan, const std::string& optimizer,
                       const catalog::Chip& chip, const catalog::Stack& stack) {
  const double parameters = graph.parameters();
  MemoryNeed need;
  need.capacity_bytes = chip.memory_bytes / chip.ranks;
  need.weights_bytes = parameters * catalog::bytes_of(stack.weight_format);
  need.gradients_bytes = parameters * catalog::bytes_of(stack.gradient_format);
  need.optimizer_bytes =
      parameters * 4 * (optimizer_states(optimizer) + (stack.master_weights ? 1 : 0)) / plan.update_shards;
  need.activations_bytes = activation_bytes(graph, plan.recompute);
  need.remedies = remedies(need, graph, plan);
  return need;
}

double checkpoint_bytes_per_parameter(const std::string& optimizer, const catalog::Stack& stack) {
  return catalog::bytes_of(stack.weight_format) + 4 * (optimizer_states(optimizer) + (stack.master_weights ? 1 : 0));
}

}  // namespace podsim::parallel
