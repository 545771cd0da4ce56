#include "workload/convolution.hpp"

#include <cmath>

namespace podsim::workload {

namespace {

double windows_along(double side, double kernel, double stride, bool padded) {
  return padded ? std::ceil(side / stride) : std::floor((side - kernel) / stride) + 1;
}

}  // namespace

Extent windows(const Extent& size, const Extent& kernel, const Extent& stride, bool padded) {
  return {windows_along(size.height, kernel.height, stride.height, padded),
          windows_along(size.width, kernel.width, stride.width, padded)};
}

FeatureMap convolve(LayerBuilder& layer, const FeatureMap& input, const Convolution& convolution) {
  const Extent size = windows(input.size, convolution.kernel, convolution.stride, convolution.padded);
  const FeatureMap output{input.images, size, convolution.filters};
  const double taps = convolution.kernel.area();
  layer.weighted({.name = convolution.name,
                  .rows = output.pixels(),
                  .in = input.channels,
                  .out = output.channels,
                  .taps = taps,
                  .input_rows = input.pixels(),
                  .groups = convolution.groups,
                  .input_gradient = convolution.input_gradient,
                  .image = true});
  layer.add_parameters(taps * input.channels / convolution.groups * output.channels);
  layer.keep(output.elements());
  return output;
}

void batch_norm(LayerBuilder& layer, const std::string& name, const FeatureMap& map) {
  layer.elementwise(name + " batch norm", map.elements(), passes::kBatchNorm);
  layer.add_parameters(2 * map.channels);
}

void bias_and_activation(LayerBuilder& layer, const std::string& name, const FeatureMap& map) {
  layer.elementwise(name + " bias and activation", map.elements(), passes::kBiasActivation);
  layer.add_parameters(map.channels);
}

FeatureMap max_pool(LayerBuilder& layer, const FeatureMap& input, double kernel, double stride, bool padded) {
  const FeatureMap output{input.images, windows(input.size, square(kernel), square(stride), padded), input.channels};
  layer.elementwise("max pool", input.elements() + output.elements(), passes::kMaxPool);
  layer.keep(output.elements());
  return output;
}

}  // namespace podsim::workload
