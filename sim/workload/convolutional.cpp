#include "workload/convolutional.hpp"

#include "workload/layer_builder.hpp"

#include <cmath>
#include <string>

namespace podsim::workload {

namespace {

/// The activations between two convolutions, on one rank.
struct FeatureMap {
  double images = 0;
  double side = 0;  ///< pixels
  double channels = 0;

  double pixels() const { return images * side * side; }
  double elements() const { return pixels() * channels; }
};

struct Kernel {
  double filters = 0;
  double side = 1;
  double stride = 1;
  bool input_gradient = true;
};

/// A convolution with "same" padding and its batch normalisation.
FeatureMap convolution(LayerBuilder& layer, const std::string& name, const FeatureMap& input, const Kernel& kernel) {
  const FeatureMap output{input.images, std::ceil(input.side / kernel.stride), kernel.filters};
  const double taps = kernel.side * kernel.side;
  layer.weighted({.name = name,
                  .rows = output.pixels(),
                  .in = input.channels,
                  .out = output.channels,
                  .taps = taps,
                  .input_rows = input.pixels(),
                  .input_gradient = kernel.input_gradient,
                  .image = true});
  layer.elementwise(name + " batch norm", output.elements(), 3, 5);
  layer.add_parameters(taps * input.channels * output.channels + 2 * output.channels);
  layer.keep(output.elements());
  return output;
}

FeatureMap max_pool(LayerBuilder& layer, const FeatureMap& input, double stride) {
  const FeatureMap output{input.images, std::ceil(input.side / stride), input.channels};
  layer.elementwise("max pool", input.elements() + output.elements(), 1, 2);
  layer.keep(input.elements() + output.elements());
  return output;
}

Layer stem(const catalog::Convolutional& model, const catalog::Stack& stack, FeatureMap& map) {
  LayerBuilder layer("stem", stack);
  layer.keep(map.elements());
  map = convolution(layer, "stem", map,
                    {.filters = static_cast<double>(model.stem_filters),
                     .side = static_cast<double>(model.stem_kernel),
                     .stride = static_cast<double>(model.stem_stride),
                     .input_gradient = false});
  map = max_pool(layer, map, model.stem_pool_stride);
  return layer.build();
}

/// 1x1, 3x3 and 1x1 convolution beside the identity or, where the shape changes, a 1x1 projection.
Layer bottleneck(const std::string& name, const catalog::Stack& stack, double width, double outer_channels,
                 double stride, FeatureMap& map) {
  LayerBuilder layer(name, stack);
  const FeatureMap input = map;
  layer.input(input.elements());
  layer.elementwise("fork", input.elements(), 0, 3);
  map = convolution(layer, "reduce 1x1", map, {.filters = width});
  layer.keep(map.elements());
  map = convolution(layer, "conv 3x3", map, {.filters = width, .side = 3, .stride = stride});
  layer.keep(map.elements());
  map = convolution(layer, "expand 1x1", map, {.filters = outer_channels});
  if (stride != 1 || input.channels != outer_channels) {
    convolution(layer, "projection 1x1", input, {.filters = outer_channels, .stride = stride});
  }
  layer.elementwise("residual and ReLU", map.elements(), 3, 3);
  layer.keep(map.elements());
  return layer.build();
}

Layer classifier(const catalog::Convolutional& model, const catalog::Stack& stack, const FeatureMap& map) {
  LayerBuilder layer("classifier", stack);
  layer.add_parameters(map.channels * model.classes + model.classes);
  layer.elementwise("average pool", map.elements(), 1, 1);
  layer.keep(map.images * map.channels);
  layer.dense("classifier", map.images, map.channels, model.classes);
  layer.softmax_loss(map.images, model.classes);
  return layer.build();
}

}  // namespace

Graph expand_convolutional(const catalog::Convolutional& model, double examples, const catalog::Stack& stack) {
  FeatureMap map{examples, static_cast<double>(model.image_px), static_cast<double>(model.image_channels)};
  Graph graph;
  graph.layers.push_back(stem(model, stack, map));
  for (size_t stage = 0; stage < model.stages.size(); ++stage) {
    const catalog::ConvolutionalStage& plan = model.stages[stage];
    for (int number = 1; number <= plan.blocks; ++number) {
      const std::string name = "stage " + std::to_string(stage + 1) + " block " + std::to_string(number);
      const double outer_channels = static_cast<double>(plan.width) * model.expansion;
      graph.layers.push_back(bottleneck(name, stack, plan.width, outer_channels, number == 1 ? plan.stride : 1, map));
    }
  }
  graph.layers.push_back(classifier(model, stack, map));
  return graph;
}

}  // namespace podsim::workload
