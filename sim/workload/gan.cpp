#include "workload/gan.hpp"

#include <numeric>

namespace podsim::workload {

namespace {

Uses generator_uses(const catalog::Gan& model) {
  return {.forward = model.discriminator_steps + 1.0, .input_gradient = 1, .weight_gradient = 1};
}

Uses discriminator_uses(const catalog::Gan& model) {
  const double steps = model.discriminator_steps;
  const double penalty = model.gradient_penalty ? steps : 0;
  return {.forward = 2 * steps + 1 + penalty,
          .input_gradient = 2 * steps + 1 + penalty,
          .weight_gradient = 2 * steps + penalty};
}

double kept_bytes(const std::vector<Layer>& layers) {
  return std::accumulate(layers.begin(), layers.end(), 0.0,
                         [](double sum, const Layer& layer) { return sum + layer.saved_bytes; });
}

/// The generator's update keeps both halves once; the discriminator's keeps itself for real and generated images.
void keep_larger_update(const catalog::Gan& model, GanLayers& layers) {
  const double copies = model.gradient_penalty ? 3 : 2;
  const double generator = kept_bytes(layers.generator);
  const double discriminator = kept_bytes(layers.discriminator);
  if (generator + discriminator >= copies * discriminator) return;
  for (Layer& layer : layers.generator) layer.saved_bytes = 0;
  for (Layer& layer : layers.discriminator) layer.saved_bytes *= copies;
}

}  // namespace

Graph expand_gan(const catalog::Gan& model, const catalog::TrainingPhase& phase, double examples,
                 const catalog::Stack& stack) {
  const GanPlan plan{.model = model,
                     .image_px = phase.resolution_px > 0 ? phase.resolution_px : model.image_px,
                     .examples = examples,
                     .generator = generator_uses(model),
                     .discriminator = discriminator_uses(model),
                     .stack = stack};
  GanLayers layers = model.block == catalog::GanBlock::style ? style_gan(plan) : residual_gan(plan);
  keep_larger_update(model, layers);
  for (Layer& layer : layers.discriminator) layer.updates = model.discriminator_steps;
  Graph graph{std::move(layers.generator)};
  graph.layers.insert(graph.layers.end(), layers.discriminator.begin(), layers.discriminator.end());
  return graph;
}

}  // namespace podsim::workload
