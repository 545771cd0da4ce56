#include "workload/convolutional.hpp"

#include "workload/convolution.hpp"

#include <fmt/format.h>

#include <string>

namespace podsim::workload {

namespace {

using catalog::BlockKind;
using catalog::ConvolutionalStage;

/// Puts a network together block by block; `map_` is the output so far.
class NetworkBuilder {
 public:
  NetworkBuilder(const catalog::Convolutional& model, double examples, const catalog::Stack& stack)
      : model_(model),
        stack_(stack),
        map_{examples, square(model.image_px), static_cast<double>(model.image_channels)} {}

  Graph build() {
    if (model_.stem_filters > 0) add_stem();
    for (size_t stage = 0; stage < model_.stages.size(); ++stage) {
      for (int number = 1; number <= model_.stages[stage].blocks; ++number) {
        const std::string name = fmt::format("stage {} block {}", stage + 1, number);
        graph_.layers.push_back(block(name, model_.stages[stage], number));
      }
    }
    if (!model_.dense.empty()) add_dense();
    add_classifier();
    return std::move(graph_);
  }

 private:
  void add_stem() {
    LayerBuilder layer("stem", stack_);
    layer.keep(map_.elements());
    apply(layer, {.name = "stem",
                  .filters = static_cast<double>(model_.stem_filters),
                  .kernel = square(model_.stem_kernel),
                  .stride = square(model_.stem_stride),
                  .input_gradient = false});
    layer.keep(map_.elements());
    map_ = max_pool(layer, map_, model_.stem_pool_stride, model_.stem_pool_stride, true);
    graph_.layers.push_back(layer.build());
  }

  Layer block(const std::string& name, const ConvolutionalStage& stage, int number) {
    LayerBuilder layer(name, stack_);
    const double stride = number == 1 ? stage.stride : 1;
    switch (stage.block) {
      case BlockKind::bottleneck: bottleneck(layer, stage, stride); break;
      case BlockKind::basic: basic(layer, stage, stride); break;
      case BlockKind::plain: plain(layer, stage, stride); break;
      case BlockKind::separable: separable(layer, stage, stride); break;
    }
    if (stage.local_response_norm)
      layer.elementwise("local response norm", map_.elements(), passes::kLocalResponseNorm);
    if (number == stage.blocks && stage.pool_kernel > 0) {
      map_ = max_pool(layer, map_, stage.pool_kernel, stage.pool_stride, false);
    }
    return layer.build();
  }

  /// 1x1, 3x3 and 1x1 convolution beside the identity or, where the shape changes, a 1x1 projection.
  void bottleneck(LayerBuilder& layer, const ConvolutionalStage& stage, double stride) {
    const double width = stage.width;
    const FeatureMap input = fork(layer);
    apply(layer, {.name = "reduce 1x1", .filters = width});
    layer.keep(map_.elements());
    apply(layer, {.name = fmt::format("conv {0}x{0}", stage.kernel),
                  .filters = width,
                  .kernel = square(stage.kernel),
                  .stride = square(stride)});
    layer.keep(map_.elements());
    apply(layer, {.name = "expand 1x1", .filters = width * model_.expansion});
    join(layer, input, stride);
  }

  /// Two 3x3 convolutions beside the identity or a projection.
  void basic(LayerBuilder& layer, const ConvolutionalStage& stage, double stride) {
    const FeatureMap input = fork(layer);
    const std::string name = fmt::format("conv {0}x{0}", stage.kernel);
    const double width = stage.width;
    apply(layer, {.name = name, .filters = width, .kernel = square(stage.kernel), .stride = square(stride)});
    layer.keep(map_.elements());
    apply(layer, {.name = name, .filters = width, .kernel = square(stage.kernel)});
    join(layer, input, stride);
  }

  void plain(LayerBuilder& layer, const ConvolutionalStage& stage, double stride) {
    const bool first = graph_.layers.empty();
    if (first) layer.keep(map_.elements());
    apply(layer, {.name = fmt::format("conv {0}x{0}", stage.kernel),
                  .filters = static_cast<double>(stage.width),
                  .kernel = square(stage.kernel),
                  .stride = square(stride),
                  .groups = static_cast<double>(stage.groups),
                  .padded = stage.padded,
                  .input_gradient = !first});
  }

  /// Depthwise and 1x1 convolutions, a max pool where the block has a stride, beside the identity or a projection.
  void separable(LayerBuilder& layer, const ConvolutionalStage& stage, double stride) {
    const FeatureMap input = stage.residual ? fork(layer) : map_;
    const double taps = square(stage.kernel).area();
    for (int number = 1; number <= stage.convolutions; ++number) {
      layer.depthwise(fmt::format("depthwise {0}x{0}", stage.kernel), map_.elements(), map_.elements(), taps);
      layer.add_parameters(taps * map_.channels);
      layer.keep(map_.elements());
      const bool last = number == stage.convolutions;
      apply(layer, {.name = "pointwise 1x1", .filters = static_cast<double>(last ? stage.width : stage.inner_width)});
      layer.keep(map_.elements());
    }
    if (stride > 1) map_ = max_pool(layer, map_, stage.kernel, stride, true);
    if (stage.residual) join(layer, input, stride);
  }

  /// The input of a residual block; its gradients from both ways are added.
  FeatureMap fork(LayerBuilder& layer) const {
    layer.input(map_.elements());
    layer.elementwise("fork", map_.elements(), passes::kFork);
    return map_;
  }

  void join(LayerBuilder& layer, const FeatureMap& input, double stride) {
    if (stride != 1 || input.channels != map_.channels) {
      const FeatureMap projected =
          convolve(layer, input, {.name = "projection 1x1", .filters = map_.channels, .stride = square(stride)});
      batch_norm(layer, "projection 1x1", projected);
    }
    layer.elementwise("residual and ReLU", map_.elements(), passes::kResidualReLU);
    layer.keep(map_.elements());
  }

  void apply(LayerBuilder& layer, const Convolution& convolution) {
    map_ = convolve(layer, map_, convolution);
    if (model_.batch_norm) {
      batch_norm(layer, convolution.name, map_);
    } else {
      bias_and_activation(layer, convolution.name, map_);
    }
  }

  /// Dense layers over all pixels, with dropout.
  void add_dense() {
    LayerBuilder layer("dense", stack_);
    for (size_t i = 0; i < model_.dense.size(); ++i) {
      const double in = map_.channels * map_.size.area();
      map_ = {map_.images, square(1), static_cast<double>(model_.dense[i])};
      const std::string name = fmt::format("dense {}", i + 1);
      layer.dense(name, map_.images, in, map_.channels);
      layer.add_parameters(in * map_.channels);
      layer.keep(map_.elements());
      bias_and_activation(layer, name, map_);
      layer.elementwise(name + " dropout", map_.elements(), passes::kDropout);
      layer.keep_mask(map_.elements());
    }
    graph_.layers.push_back(layer.build());
  }

  void add_classifier() {
    LayerBuilder layer("classifier", stack_);
    const double classes = model_.classes;
    layer.add_parameters(map_.channels * classes + classes);
    if (model_.dense.empty()) {
      layer.elementwise("average pool", map_.elements(), passes::kAveragePool);
      layer.keep(map_.images * map_.channels);
    }
    layer.dense("classifier", map_.images, map_.channels, classes);
    layer.softmax_loss(map_.images, classes);
    graph_.layers.push_back(layer.build());
  }

  const catalog::Convolutional& model_;
  const catalog::Stack& stack_;
  FeatureMap map_;
  Graph graph_;
};

}  // namespace

Graph expand_convolutional(const catalog::Convolutional& model, double examples, const catalog::Stack& stack) {
  return NetworkBuilder(model, examples, stack).build();
}

}  // namespace podsim::workload
