#pragma once

#include "workload/layer_builder.hpp"

#include <string>

namespace podsim::workload {

/// Height and width of a window or an image, in pixels.
struct Extent {
  double height = 1;
  double width = 1;

  double area() const { return height * width; }
};

inline Extent square(double side) { return {side, side}; }

/// The activations between two convolutions, on one rank.
struct FeatureMap {
  double images = 0;
  Extent size;
  double channels = 0;

  double pixels() const { return images * size.area(); }
  double elements() const { return pixels() * channels; }
};

struct Convolution {
  std::string name;
  double filters = 0;
  Extent kernel{};
  Extent stride{};
  double groups = 1;
  bool padded = true;  ///< false: only windows that lie in the image
  bool input_gradient = true;
};

/// Windows along both sides: ceil(side / stride) where the border is padded,
/// else floor((side - kernel) / stride) + 1.
Extent windows(const Extent& size, const Extent& kernel, const Extent& stride, bool padded);

/// The products of a convolution and its weights, without bias or normalisation. Keeps its output.
FeatureMap convolve(LayerBuilder& layer, const FeatureMap& input, const Convolution& convolution);

/// Batch normalisation with its scale and offset: reads its input twice and writes it once, takes the
/// ReLU along, and on the way back reads input and gradient twice and writes once.
void batch_norm(LayerBuilder& layer, const std::string& name, const FeatureMap& map);

/// Bias and non-linearity in place, on the way back with the bias gradient.
void bias_and_activation(LayerBuilder& layer, const std::string& name, const FeatureMap& map);

/// Largest value of each window. Keeps its output; its input is kept where it comes from.
FeatureMap max_pool(LayerBuilder& layer, const FeatureMap& input, double kernel, double stride, bool padded);

}  // namespace podsim::workload
