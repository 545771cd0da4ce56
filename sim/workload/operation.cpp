#include "workload/operation.hpp"

#include <functional>
#include <numeric>

namespace podsim::workload {

namespace {

double total(const std::vector<Layer>& layers, const std::function<double(const Layer&)>& of_layer) {
  return std::accumulate(layers.begin(), layers.end(), 0.0,
                         [&](double sum, const Layer& layer) { return sum + of_layer(layer); });
}

/// Over the operations that the model itself asks for.
template <typename Function>
double sum_over(const std::vector<Operation>& operations, const Function& of) {
  return std::accumulate(operations.begin(), operations.end(), 0.0, [&](double sum, const Operation& operation) {
    return sum + (operation.extra ? 0 : of(operation));
  });
}

double flops_of(const std::vector<Operation>& operations) {
  return sum_over(operations, [](const Operation& operation) { return operation.flops(); });
}

double fewest_flops_of(const std::vector<Operation>& operations) {
  return sum_over(operations, [](const Operation& operation) { return operation.fewest_flops(); });
}

double model_flops_of(const std::vector<Operation>& operations) {
  return sum_over(operations,
                  [](const Operation& operation) { return operation.flops() * operation.model_flops_factor; });
}

double model_flops_causal_of(const std::vector<Operation>& operations) {
  return sum_over(operations, [](const Operation& operation) {
    return operation.flops() * operation.model_flops_factor * operation.causal_share;
  });
}

}  // namespace

bool Layer::same_work(const Layer& other) const {
  return parameters == other.parameters && updates == other.updates && saved_bytes == other.saved_bytes &&
         core_saved_bytes == other.core_saved_bytes && input_bytes == other.input_bytes && spared == other.spared &&
         work_bytes == other.work_bytes && forward == other.forward && backward == other.backward &&
         replicated_parameters == other.replicated_parameters && copied_parameters == other.copied_parameters &&
         expert_parameters == other.expert_parameters && tied_parameters == other.tied_parameters &&
         forward_exchanges == other.forward_exchanges && backward_exchanges == other.backward_exchanges;
}

double Graph::parameters() const {
  return total(layers, [](const Layer& layer) { return layer.parameters; });
}

double Graph::expert_parameters() const {
  return total(layers, [](const Layer& layer) { return layer.expert_parameters; });
}

double Graph::updated_parameters() const {
  return total(layers, [](const Layer& layer) { return layer.parameters * layer.updates; });
}

double Graph::forward_flops() const {
  return total(layers, [](const Layer& layer) { return flops_of(layer.forward); });
}

double Graph::backward_flops() const {
  return total(layers, [](const Layer& layer) { return flops_of(layer.backward); });
}

double Layer::fewest_flops() const { return fewest_flops_of(forward) + fewest_flops_of(backward); }

double Graph::fewest_flops() const {
  return total(layers, [](const Layer& layer) { return fewest_flops_of(layer.forward); }) +
         total(layers, [](const Layer& layer) { return fewest_flops_of(layer.backward); });
}

double Graph::model_flops() const {
  return total(layers,
               [](const Layer& layer) { return model_flops_of(layer.forward) + model_flops_of(layer.backward); });
}

double Graph::model_flops_causal() const {
  return total(layers, [](const Layer& layer) {
    return model_flops_causal_of(layer.forward) + model_flops_causal_of(layer.backward);
  });
}

double Graph::saved_bytes() const {
  return total(layers, [](const Layer& layer) { return layer.saved_bytes; });
}

bool Layer::all_again(catalog::Recompute recompute) const {
  return recompute == catalog::Recompute::full && input_bytes > 0 && !spared;
}

bool Layer::core_again(catalog::Recompute recompute) const { return recompute != catalog::Recompute::none && !spared; }

void recompute_every(Graph& graph, int64_t every) {
  int64_t block = 0;
  for (Layer& layer : graph.layers) {
    if (layer.input_bytes > 0) layer.spared = block++ % every != 0;
  }
}

double flops_again(const Graph& graph, catalog::Recompute recompute) {
  return total(graph.layers, [&](const Layer& layer) {
    const bool all = layer.all_again(recompute);
    if (!all && !layer.core_again(recompute)) return 0.0;
    return sum_over(layer.forward, [&](const Operation& operation) {
      return all || operation.attention_core ? operation.flops() * operation.model_flops_factor : 0.0;
    });
  });
}

}  // namespace podsim::workload
