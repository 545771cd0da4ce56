#include "workload/convolution.hpp"
#include "workload/gan.hpp"

#include <fmt/format.h>

#include <string>

namespace podsim::workload {

namespace {

constexpr double kColours = 3;

/// Weights of a convolution are divided by their largest singular value, one step of power iteration each time.
FeatureMap spectral_convolution(LayerBuilder& layer, const std::string& name, const FeatureMap& input, double filters,
                                double kernel) {
  layer.elementwise(name + " spectral norm", kernel * kernel * input.channels * filters, passes::kSpectralNorm);
  const FeatureMap output = convolve(layer, input, {.name = name, .filters = filters, .kernel = square(kernel)});
  layer.add_parameters(filters);
  return output;
}

/// Twice or half the size: what the smaller and the larger map move.
FeatureMap resized(LayerBuilder& layer, const std::string& name, const FeatureMap& input, double factor) {
  FeatureMap output = input;
  output.size = {input.size.height * factor, input.size.width * factor};
  layer.elementwise(name, input.elements() + output.elements(), passes::kResample);
  return output;
}

void sum(LayerBuilder& layer, const FeatureMap& map) {
  layer.elementwise("sum", map.elements(), passes::kSum);
  layer.keep(map.elements());
}

/// Keys and values over a quarter of the positions, with an eighth and a half of the channels.
void self_attention(LayerBuilder& layer, const FeatureMap& map) {
  const double positions = map.size.area();
  const double keys = positions / 4;
  const double narrow = map.channels / 8;
  const double wide = map.channels / 2;
  layer.dense("query", map.pixels(), map.channels, narrow);
  layer.dense("key", map.pixels(), map.channels, narrow);
  layer.dense("value", map.pixels(), map.channels, wide);
  layer.elementwise("key and value max pool", map.pixels() * (narrow + wide) * 1.25, passes::kKeyValuePool);
  layer.product("scores", map.images, positions, keys, narrow);
  layer.elementwise("softmax", map.images * positions * keys, passes::kFusedSoftmax);
  layer.product("context", map.images, positions, wide, keys);
  layer.dense("output", map.pixels(), wide, map.channels);
  layer.elementwise("scaled sum", map.elements(), passes::kScaledSum);
  layer.add_parameters(2 * map.channels * narrow + 2 * map.channels * wide + 1);
  layer.keep(map.pixels() * (2 * narrow + 2 * wide) + map.images * positions * keys);
}

class ResidualGenerator {
 public:
  explicit ResidualGenerator(const GanPlan& plan) : plan_(plan) {
    const double parts = static_cast<double>(plan.model.generator_channels.size());
    part_ = plan.model.latent / parts;
    condition_ = plan.model.class_embedding + (plan.model.classes > 0 ? part_ : 0);
  }

  std::vector<Layer> build() {
    start();
    for (size_t i = 1; i < plan_.model.generator_channels.size(); ++i) {
      block(fmt::format("generator block {}", i), plan_.model.generator_channels[i]);
      if (map_.size.height == plan_.model.attention_px) {
        LayerBuilder layer = begin("generator self-attention");
        self_attention(layer, map_);
        layers_.push_back(layer.build());
      }
    }
    finish();
    return std::move(layers_);
  }

 private:
  LayerBuilder begin(const std::string& name) const { return {name, plan_.stack, plan_.generator}; }

  void start() {
    LayerBuilder layer = begin("latent");
    const double channels = plan_.model.generator_channels.front();
    map_ = {plan_.examples, square(catalog::kFirstGanPixels), channels};
    const double out = channels * map_.size.area();
    layer.dense("latent", plan_.examples, part_, out);
    layer.add_parameters(part_ * out + out + static_cast<double>(plan_.model.classes) * plan_.model.class_embedding);
    layer.keep(map_.elements());
    layers_.push_back(layer.build());
  }

  /// Scale and offset are weights, or products of the class and a part of the latent with weights.
  void conditional_batch_norm(LayerBuilder& layer, const std::string& name) const {
    layer.elementwise(name, map_.elements(), passes::kBatchNorm);
    layer.keep(map_.elements());
    if (plan_.model.cross_replica_batch_norm) layer.synchronise(map_.channels);
    if (condition_ == 0) {
      layer.add_parameters(2 * map_.channels);
      return;
    }
    layer.dense(name + " condition", plan_.examples, condition_, 2 * map_.channels);
    layer.add_parameters(condition_ * 2 * map_.channels);
  }

  void block(const std::string& name, double channels) {
    LayerBuilder layer = begin(name);
    const FeatureMap input = map_;
    conditional_batch_norm(layer, "batch norm 1");
    map_ = resized(layer, "upsample", map_, 2);
    map_ = spectral_convolution(layer, "conv 1", map_, channels, 3);
    conditional_batch_norm(layer, "batch norm 2");
    map_ = spectral_convolution(layer, "conv 2", map_, channels, 3);
    const FeatureMap grown = resized(layer, "shortcut upsample", input, 2);
    spectral_convolution(layer, "shortcut 1x1", grown, channels, 1);
    sum(layer, map_);
    layers_.push_back(layer.build());
  }

  void finish() {
    LayerBuilder layer = begin("generator image");
    batch_norm(layer, "image", map_);
    if (plan_.model.cross_replica_batch_norm) layer.synchronise(map_.channels);
    map_ = spectral_convolution(layer, "image", map_, kColours, 3);
    layer.elementwise("tanh", map_.elements(), passes::kActivation);
    layers_.push_back(layer.build());
  }

  const GanPlan& plan_;
  double part_ = 0;       ///< of the latent, for each block
  double condition_ = 0;  ///< elements that a normalisation is conditioned on
  FeatureMap map_;
  std::vector<Layer> layers_;
};

class ResidualDiscriminator {
 public:
  explicit ResidualDiscriminator(const GanPlan& plan)
      : plan_(plan), map_{plan.examples, square(plan.image_px), kColours} {}

  std::vector<Layer> build() {
    int number = 0;
    for (const int channels : plan_.model.discriminator_channels) {
      block(fmt::format("discriminator block {}", ++number), channels);
      if (map_.size.height == plan_.model.attention_px) attend();
    }
    finish();
    return std::move(layers_);
  }

 private:
  LayerBuilder begin(const std::string& name) const { return {name, plan_.stack, plan_.discriminator}; }

  void attend() {
    LayerBuilder layer = begin("discriminator self-attention");
    self_attention(layer, map_);
    layers_.push_back(layer.build());
  }

  void block(const std::string& name, double channels) {
    LayerBuilder layer = begin(name);
    const FeatureMap input = map_;
    const bool shrinks = map_.size.height > catalog::kFirstGanPixels;
    layer.elementwise("ReLU 1", input.elements(), passes::kActivation);
    map_ = spectral_convolution(layer, "conv 1", input, channels, 3);
    layer.elementwise("ReLU 2", map_.elements(), passes::kActivation);
    map_ = spectral_convolution(layer, "conv 2", map_, channels, 3);
    if (shrinks) map_ = resized(layer, "average pool", map_, 0.5);
    if (shrinks || channels != input.channels) {
      const FeatureMap shortcut = spectral_convolution(layer, "shortcut 1x1", input, channels, 1);
      if (shrinks) resized(layer, "shortcut average pool", shortcut, 0.5);
    }
    sum(layer, map_);
    layers_.push_back(layer.build());
  }

  void finish() {
    LayerBuilder layer = begin("discriminator verdict");
    layer.elementwise("ReLU and sum pool", map_.elements(), passes::kReLUSumPool);
    layer.dense("verdict", plan_.examples, map_.channels, 1);
    layer.add_parameters(map_.channels + 1 + plan_.model.classes * map_.channels);
    layers_.push_back(layer.build());
  }

  const GanPlan& plan_;
  FeatureMap map_;
  std::vector<Layer> layers_;
};

}  // namespace

GanLayers residual_gan(const GanPlan& plan) {
  return {ResidualGenerator(plan).build(), ResidualDiscriminator(plan).build()};
}

}  // namespace podsim::workload
