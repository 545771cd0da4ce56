#include "parallel/activations.hpp"

#include "parallel/stage.hpp"

#include <algorithm>
#include <span>

namespace podsim::parallel {
namespace {

struct LayerActivations {
  double kept = 0;   ///< of each micro-batch in flight
  double again = 0;  ///< of the layer at work, and what its loss needs
};

LayerActivations activations_of(std::span<const workload::Layer> layers, catalog::Recompute recompute) {
  LayerActivations activations;
  for (const workload::Layer& layer : layers) {
    double layer_again = 0;
    if (layer.all_again(recompute)) {
      layer_again = std::max(0.0, layer.saved_bytes - layer.input_bytes);
    } else if (layer.core_again(recompute)) {
      layer_again = layer.core_saved_bytes;
    }
    activations.kept += layer.saved_bytes - layer_again;
    activations.again = std::max(activations.again, layer_again + layer.work_bytes);
  }
  return activations;
}

}  // namespace

Kept kept_bytes(const workload::Graph& graph, const Plan& plan, catalog::Recompute recompute, int rank) {
  const auto stages = layers_of_stages(graph, plan);
  std::vector<double> of_chunk;
  double again = 0;
  for (int chunk = 0; chunk < plan.chunks; ++chunk) {
    const auto activations = activations_of(stages[static_cast<size_t>(stage_of_chunk(plan, rank, chunk))], recompute);
    of_chunk.push_back(activations.kept);
    again = std::max(again, activations.again);
  }
  if (plan.degrees.pipeline == 1) return {of_chunk.front() + again, 1};
  double now = 0;
  Kept fullest;
  std::vector<int64_t> in_flight(of_chunk.size(), 0);
  for (const pipeline::Slot& slot : pipeline::slots_of(plan.schedule, plan.shape(), rank)) {
    const auto chunk = static_cast<size_t>(slot.chunk);
    if (slot.pass == pipeline::Pass::forward) {
      now += of_chunk[chunk];
      fullest.in_flight = std::max(fullest.in_flight, ++in_flight[chunk]);
      fullest.bytes = std::max(fullest.bytes, now + again);
    } else if (slot.pass != pipeline::Pass::input_gradient) {
      now -= of_chunk[chunk];
      --in_flight[chunk];
    }
  }
  return fullest;
}

std::vector<const workload::Layer*> layers_on_rank(const workload::Graph& graph, const Plan& plan, int rank) {
  const auto stages = layers_of_stages(graph, plan);
  std::vector<const workload::Layer*> layers;
  for (int chunk = 0; chunk < plan.chunks; ++chunk) {
    for (const auto& layer : stages[static_cast<size_t>(stage_of_chunk(plan, rank, chunk))]) layers.push_back(&layer);
  }
  return layers;
}

}  // namespace podsim::parallel
