#include "workload/convolution.hpp"
#include "workload/gan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace podsim::workload {

namespace {

constexpr double kRgb = 3;
constexpr double kFusedPixels = 128;  // from here on a change of size is part of a 4x4 convolution

double log2_of(int pixels) {
  double levels = 0;
  for (; pixels > 1; pixels /= 2) ++levels;
  return levels;
}

/// Resolutions from 4 px to the image of a phase.
size_t levels_of(const GanPlan& plan) {
  return static_cast<size_t>(log2_of(plan.image_px / catalog::kFirstGanPixels)) + 1;
}

FeatureMap scaled(const FeatureMap& map, double factor, double channels) {
  return {map.images, {map.size.height * factor, map.size.width * factor}, channels};
}

void blur(LayerBuilder& layer, const FeatureMap& map) { layer.elementwise("blur", map.elements(), passes::kCopy); }

/// A 3x3 convolution that doubles or halves the image. Fused, it takes the products of a strided 4x4 one over
/// the larger map's quarters; else it runs at the larger size, beside the copy to or from the smaller.
FeatureMap resizing_convolution(LayerBuilder& layer, const std::string& name, const FeatureMap& input, double factor,
                                double channels) {
  const FeatureMap output = scaled(input, factor, channels);
  const FeatureMap& smaller = factor > 1 ? input : output;
  const double larger_side = std::max(input.size.height, output.size.height);
  layer.add_parameters(9 * input.channels * channels);
  layer.keep(output.elements());
  if (larger_side >= kFusedPixels) {
    layer.weighted({.name = name,
                    .rows = output.pixels(),
                    .in = input.channels,
                    .out = channels,
                    .taps = 16 * smaller.pixels() / output.pixels(),
                    .input_rows = input.pixels()});
    return output;
  }
  const double rows = 4 * smaller.pixels();
  layer.weighted({.name = name, .rows = rows, .in = input.channels, .out = channels, .taps = 9, .input_rows = rows});
  layer.elementwise(name + " resize", factor > 1 ? 1.25 * rows * input.channels : 1.25 * rows * channels,
                    passes::kResample);
  return output;
}

class StyleGenerator {
 public:
  explicit StyleGenerator(const GanPlan& plan) : plan_(plan) {}

  std::vector<Layer> build() {
    mapping();
    map_ = {plan_.examples, square(catalog::kFirstGanPixels),
            static_cast<double>(plan_.model.generator_channels.front())};
    for (size_t level = 0; level < levels_of(plan_); ++level) {
      LayerBuilder layer(fmt::format("generator {} px", catalog::kFirstGanPixels << level), plan_.stack,
                         plan_.generator);
      const double channels = plan_.model.generator_channels[level];
      if (level == 0) {
        layer.add_parameters(map_.size.area() * channels);
      } else {
        map_ = resizing_convolution(layer, "conv up", map_, 2, channels);
        blur(layer, map_);
      }
      styled(layer, "style 1");
      map_ = convolve(layer, map_, {.name = "conv", .filters = channels, .kernel = square(3)});
      styled(layer, "style 2");
      layers_.push_back(layer.build());
    }
    to_image();
    return std::move(layers_);
  }

 private:
  void mapping() {
    LayerBuilder layer("mapping", plan_.stack, plan_.generator);
    const double latent = plan_.model.latent;
    for (int number = 1; number <= plan_.model.mapping_layers; ++number) {
      layer.dense(fmt::format("dense {}", number), plan_.examples, latent, latent);
      layer.elementwise(fmt::format("dense {} activation", number), plan_.examples * latent, passes::kScaledActivation);
      layer.add_parameters(latent * latent + latent);
      layer.keep(plan_.examples * latent);
    }
    layers_.push_back(layer.build());
  }

  /// Noise, bias, leaky ReLU, instance normalisation, and the style: what follows each convolution.
  void styled(LayerBuilder& layer, const std::string& name) const {
    const double elements = map_.elements();
    layer.elementwise(name + " noise", elements, passes::kNoise);
    layer.elementwise(name + " bias", elements, passes::kBias);
    layer.elementwise(name + " leaky ReLU", elements, passes::kActivation);
    layer.elementwise(name + " instance norm", elements, passes::kInstanceNorm);
    layer.dense(name, plan_.examples, plan_.model.latent, 2 * map_.channels);
    layer.elementwise(name + " modulation", elements, passes::kModulation);
    layer.keep(3 * elements);
    layer.add_parameters(2 * map_.channels + (plan_.model.latent + 1.0) * 2 * map_.channels);
  }

  void to_image() {
    LayerBuilder layer("to RGB", plan_.stack, plan_.generator);
    const FeatureMap image = convolve(layer, map_, {.name = "to RGB", .filters = kRgb});
    layer.elementwise("to RGB bias", image.elements(), passes::kBias);
    layer.add_parameters(kRgb);
    layers_.push_back(layer.build());
  }

  const GanPlan& plan_;
  FeatureMap map_;
  std::vector<Layer> layers_;
};

class PlainDiscriminator {
 public:
  explicit PlainDiscriminator(const GanPlan& plan) : plan_(plan), map_{plan.examples, square(plan.image_px), kRgb} {}

  std::vector<Layer> build() {
    const auto& channels = plan_.model.discriminator_channels;
    const size_t first = channels.size() - levels_of(plan_);
    from_image(channels[first]);
    for (size_t level = first; level + 1 < channels.size(); ++level) block(channels[level], channels[level + 1]);
    last_block();
    return std::move(layers_);
  }

 private:
  LayerBuilder begin(const std::string& name) const { return {name, plan_.stack, plan_.discriminator}; }

  void activate(LayerBuilder& layer, const std::string& name) const {
    layer.elementwise(name + " bias", map_.elements(), passes::kBias);
    layer.elementwise(name + " leaky ReLU", map_.elements(), passes::kActivation);
    layer.add_parameters(map_.channels);
    layer.keep(map_.elements());
  }

  void from_image(double channels) {
    LayerBuilder layer = begin("from RGB");
    layer.keep(map_.elements());
    map_ = convolve(layer, map_, {.name = "from RGB", .filters = channels});
    activate(layer, "from RGB");
    layers_.push_back(layer.build());
  }

  void block(double channels, double next_channels) {
    LayerBuilder layer = begin(fmt::format("discriminator {} px", map_.size.height));
    map_ = convolve(layer, map_, {.name = "conv", .filters = channels, .kernel = square(3)});
    activate(layer, "conv");
    blur(layer, map_);
    map_ = resizing_convolution(layer, "conv down", map_, 0.5, next_channels);
    activate(layer, "conv down");
    layers_.push_back(layer.build());
  }

  /// With the standard deviation over a group of images as one more channel, and two dense layers.
  void last_block() {
    LayerBuilder layer = begin("discriminator 4 px");
    const double channels = map_.channels;
    layer.elementwise("deviation", map_.elements(), passes::kMinibatchDeviation);
    map_.channels += 1;
    map_ = convolve(layer, map_, {.name = "conv", .filters = channels, .kernel = square(3)});
    activate(layer, "conv");
    const double features = channels * map_.size.area();
    layer.dense("dense", plan_.examples, features, channels);
    layer.dense("verdict", plan_.examples, channels, 1);
    layer.add_parameters(features * channels + channels + channels + 1);
    layers_.push_back(layer.build());
  }

  const GanPlan& plan_;
  FeatureMap map_;
  std::vector<Layer> layers_;
};

}  // namespace

GanLayers style_gan(const GanPlan& plan) { return {StyleGenerator(plan).build(), PlainDiscriminator(plan).build()}; }

}  // namespace podsim::workload
