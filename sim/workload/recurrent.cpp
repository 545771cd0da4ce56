#include "workload/recurrent.hpp"

#include "workload/convolution.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace podsim::workload {

namespace {

using catalog::RecurrentLayers;

/// A sequence between two layers, on one rank.
struct Sequence {
  double examples = 0;
  double steps = 0;  ///< tokens or frames
  double width = 0;

  double rows() const { return examples * steps; }
  double elements() const { return rows() * width; }
};

/// One recurrent layer over the whole sequence.
Sequence recurrent_layer(LayerBuilder& layer, const RecurrentLayers& plan, int number, const Sequence& input) {
  const double gates = catalog::gates_of(plan.cell);
  const double hidden = plan.hidden;
  const double directions = number <= plan.bidirectional_layers ? 2 : 1;
  const double gate_width = directions * gates * hidden;
  layer.dense("input", input.rows(), input.width, gate_width);
  if (plan.batch_norm) {
    layer.elementwise("input batch norm", input.rows() * gate_width, 3, 5);
    layer.keep(input.rows() * gate_width);
  }
  layer.recurrent("state", input.steps, directions, input.examples, hidden, gates * hidden);
  layer.stepwise("cell", input.steps, input.examples * directions * hidden, 3 * gates + 3, 2 * gates + 4);
  layer.keep(input.rows() * directions * hidden * (gates + 2));
  layer.add_parameters((input.width + hidden) * gate_width +
                       (plan.gate_biases + (plan.batch_norm ? 1 : 0)) * gate_width);
  Sequence output{input.examples, input.steps, directions * hidden};
  if (directions == 2 && plan.sum_directions) {
    output.width = hidden;
    layer.elementwise("sum of directions", output.elements(), 3, 2);
  }
  if (plan.residual && number > 2 && input.width >= output.width) {
    layer.elementwise("residual", output.elements(), 3, 1);
  }
  layer.elementwise("dropout", output.elements(), 2.5, 2.5);
  layer.keep_mask(output.elements());
  return output;
}

/// Puts a network together layer by layer.
class RecurrentBuilder {
 public:
  RecurrentBuilder(const catalog::Recurrent& model, const catalog::TrainingPhase& phase, double examples,
                   const catalog::Stack& stack)
      : model_(model), phase_(phase), examples_(examples), stack_(stack) {}

  Graph build() {
    Sequence sequence = model_.features > 0 ? convolutions()
                                            : embedding(model_.language_model ? "token" : "source",
                                                        model_.source_vocabulary, phase_.sequence_length, true);
    sequence = encode(sequence);
    if (model_.decoder) sequence = decode(sequence);
    head(sequence);
    return std::move(graph_);
  }

 private:
  void push(const LayerBuilder& layer) { graph_.layers.push_back(layer.build()); }

  /// A shared embedding belongs to the source.
  Sequence embedding(const std::string& side, double vocabulary, double length, bool owns) {
    LayerBuilder layer(side + " embedding", stack_);
    const Sequence output{examples_, length, static_cast<double>(model_.embedding)};
    if (owns) layer.add_parameters(vocabulary * output.width);
    layer.elementwise("word lookup", output.elements(), 2, 3);
    layer.elementwise("dropout", output.elements(), 2.5, 2.5);
    layer.keep(output.elements());
    layer.keep_mask(output.elements());
    push(layer);
    return output;
  }

  Sequence convolutions() {
    FeatureMap map{examples_, {static_cast<double>(model_.features), static_cast<double>(phase_.sequence_length)}, 1};
    int number = 0;
    for (const catalog::SpectrogramConvolution& plan : model_.convolutions) {
      const std::string name = fmt::format("convolution {}", ++number);
      LayerBuilder layer(name, stack_);
      if (number == 1) layer.keep(map.elements());
      map = convolve(layer, map,
                     {.name = name,
                      .filters = static_cast<double>(plan.filters),
                      .kernel = {static_cast<double>(plan.kernel_frequency), static_cast<double>(plan.kernel_time)},
                      .stride = {static_cast<double>(plan.stride_frequency), static_cast<double>(plan.stride_time)},
                      .input_gradient = number > 1});
      batch_norm(layer, name, map);
      layer.keep(map.elements());
      push(layer);
    }
    return {examples_, map.size.width, map.size.height * map.channels};
  }

  Sequence encode(Sequence sequence) {
    for (int number = 1; number <= model_.encoder.layers; ++number) {
      LayerBuilder layer(fmt::format("{} {}", model_.language_model ? "decoder" : "encoder", number), stack_);
      sequence = recurrent_layer(layer, model_.encoder, number, sequence);
      push(layer);
    }
    return sequence;
  }

  Sequence decode(const Sequence& source) {
    Sequence sequence = embedding("target", model_.vocabulary, phase_.target_length, !model_.shared_embedding);
    for (int number = 1; number <= model_.decoder->layers; ++number) {
      LayerBuilder layer(fmt::format("decoder {}", number), stack_);
      if (model_.attention && number > 1) {
        sequence.width += source.width;
        layer.elementwise("context join", sequence.elements(), 2, 2);
        layer.keep(sequence.elements());
      }
      sequence = recurrent_layer(layer, *model_.decoder, number, sequence);
      push(layer);
      if (model_.attention && number == 1) attention(source, sequence);
    }
    return sequence;
  }

  /// v tanh(W q + U k), perhaps g v/|v| tanh(W q + U k + b), softmax over the source, and the context.
  void attention(const Sequence& source, const Sequence& query) {
    LayerBuilder layer("attention", stack_);
    const double width = query.width;
    const double scores = examples_ * query.steps * source.steps;
    layer.dense("query", query.rows(), width, width);
    layer.dense("key", source.rows(), source.width, width);
    layer.add_parameters(width * width + source.width * width + width);
    if (model_.attention_normalization) layer.add_parameters(1 + width);
    layer.keep((query.rows() + source.rows()) * width);
    layer.elementwise("tanh of query and key", scores * width, 4, 5);
    layer.keep(scores * width);
    layer.elementwise("softmax", scores, 7, 8);
    layer.keep(scores);
    layer.product("context", examples_, query.steps, source.width, source.steps);
    push(layer);
  }

  void head(const Sequence& sequence) {
    LayerBuilder layer("head", stack_);
    const double vocabulary = model_.vocabulary;
    layer.dense("logits", sequence.rows(), sequence.width, vocabulary);
    layer.softmax_loss(sequence.rows(), vocabulary);
    layer.add_parameters(sequence.width * vocabulary + vocabulary);
    push(layer);
  }

  const catalog::Recurrent& model_;
  const catalog::TrainingPhase& phase_;
  double examples_;
  const catalog::Stack& stack_;
  Graph graph_;
};

}  // namespace

Graph expand_recurrent(const catalog::Recurrent& model, const catalog::TrainingPhase& phase, double examples,
                       const catalog::Stack& stack) {
  return RecurrentBuilder(model, phase, examples, stack).build();
}

}  // namespace podsim::workload
