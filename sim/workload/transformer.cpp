#include "workload/transformer.hpp"

#include "workload/layer_builder.hpp"

#include <cmath>
#include <string>

namespace podsim::workload {

namespace {

/// Sizes of one phase on one rank.
struct Shape {
  double examples = 0;
  double hidden = 0;
  double heads = 0;
  double feed_forward = 0;
  double vocabulary = 0;
  double queries = 0;      ///< tokens per example
  double keys = 0;         ///< tokens per example, with those of the segment before
  double positions = 0;    ///< relative positions per example
  double predictions = 0;  ///< predicted tokens per example
  catalog::Attention attention = catalog::Attention::unfused;
  bool one_hot = false;  ///< word look-up by a product
  bool dropout = true;

  double tokens() const { return examples * queries; }
  double predicted_tokens() const { return examples * predictions; }
};

Shape shape_of(const catalog::Transformer& model, const catalog::TrainingPhase& phase, double examples,
               const catalog::Stack& stack) {
  Shape shape;
  shape.attention = stack.attention;
  shape.one_hot = stack.embedding == catalog::EmbeddingLookup::one_hot;
  shape.dropout = model.dropout;
  shape.examples = examples;
  shape.hidden = model.hidden;
  shape.heads = model.heads;
  shape.feed_forward = model.feed_forward;
  shape.vocabulary = std::ceil(model.vocabulary / double(stack.vocabulary_multiple)) * stack.vocabulary_multiple;
  shape.queries = phase.sequence_length;
  shape.keys = shape.queries + model.memory_tokens;
  shape.positions = model.relative_positions ? shape.queries + shape.keys : 0;
  shape.predictions = phase.predictions_per_example > 0 ? phase.predictions_per_example : shape.queries;
  return shape;
}

double layer_norm_parameters(double hidden) { return 2 * hidden; }

double dense_parameters(double in, double out) { return in * out + out; }

double embedding_parameters(const catalog::Transformer& model) {
  const double h = model.hidden;
  const double words = model.vocabulary * h;
  if (model.relative_positions) return words + (model.query_stream ? h : 0);
  return words + (model.positions + model.segments) * h + layer_norm_parameters(h);
}

double attention_parameters(const catalog::Transformer& model) {
  const double h = model.hidden;
  if (!model.relative_positions) return 4 * dense_parameters(h, h);
  const double segment_biases = model.segments > 0 ? 1 + model.segments : 0;
  return 5 * h * h + (2 + segment_biases) * h;
}

double block_parameters(const catalog::Transformer& model) {
  const double h = model.hidden;
  const double f = model.feed_forward;
  return attention_parameters(model) + dense_parameters(h, f) + dense_parameters(f, h) + 2 * layer_norm_parameters(h);
}

double head_parameters(const catalog::Transformer& model) {
  const double h = model.hidden;
  double count = model.logits_bias ? model.vocabulary : 0;
  if (model.dense_before_logits) count += dense_parameters(h, h) + layer_norm_parameters(h);
  if (model.pooler) count += dense_parameters(h, h) + dense_parameters(h, 2);
  return count;
}

void layer_norm(LayerBuilder& layer, const std::string& name, double elements) {
  layer.elementwise(name, elements, 2, 5);
  layer.keep(elements);
}

void dropout(LayerBuilder& layer, const Shape& shape, const std::string& name, double elements) {
  if (!shape.dropout) return;
  layer.elementwise(name, elements, 2.5, 2.5);
  layer.keep_mask(elements);
}

void residual_norm(LayerBuilder& layer, const Shape& shape, const std::string& prefix, double elements) {
  if (shape.dropout) {
    layer.elementwise(prefix + "dropout and residual", elements, 3.5, 5.5);
    layer.keep_mask(elements);
  } else {
    layer.elementwise(prefix + "residual", elements, 3, 3);
  }
  layer_norm(layer, prefix + "layer norm", elements);
}

/// Bias, non-linearity, and the bias gradient on the way back.
void activation(LayerBuilder& layer, const std::string& name, double elements) {
  layer.elementwise(name, elements, 2, 4);
  layer.keep(elements);
}

/// As a product, the one-hot rows are made inside the matrix unit: only words and vectors move.
void word_lookup(LayerBuilder& layer, const Shape& shape) {
  const double elements = shape.tokens() * shape.hidden;
  if (shape.one_hot) {
    layer.lookup_product("word lookup", shape.tokens(), shape.vocabulary, shape.hidden);
  } else {
    layer.elementwise("word lookup", elements, 2, 3);
  }
}

Layer embedding(const catalog::Transformer& model, const Shape& shape, const catalog::Stack& stack) {
  LayerBuilder layer("embedding", stack);
  const double elements = shape.tokens() * shape.hidden;
  layer.add_parameters(embedding_parameters(model));
  word_lookup(layer, shape);
  if (!model.relative_positions) {
    if (model.positions > 0) layer.elementwise("position sum", elements, 2, 1);
    if (model.segments > 0) layer.elementwise("segment sum", elements, 2, 1);
    layer_norm(layer, "layer norm", elements);
  }
  dropout(layer, shape, "dropout", elements);
  return layer.build();
}

/// Keys, values and, where relative, projected positions: shared by all streams.
void keys_and_values(LayerBuilder& layer, const std::string& prefix, const Shape& shape) {
  const double h = shape.hidden;
  const double key_tokens = shape.examples * shape.keys;
  const double position_rows = shape.examples * shape.positions;
  layer.dense(prefix + "key", key_tokens, h, h);
  layer.dense(prefix + "value", key_tokens, h, h);
  if (position_rows > 0) {
    layer.weighted({.name = "positions",
                    .rows = position_rows,
                    .in = h,
                    .out = h,
                    .input_rows = position_rows,
                    .input_gradient = false});
  }
  const double elements = (2 * key_tokens + position_rows) * h;
  layer.elementwise(prefix + "key and value transpose", elements, 2, 3);
  layer.keep(elements);
}

/// Position scores, shifted into place, and segment scores, added to the content scores.
void relative_scores(LayerBuilder& layer, const std::string& prefix, const catalog::Transformer& model,
                     const Shape& shape) {
  const double batch = shape.examples * shape.heads;
  const double scores = batch * shape.queries * shape.keys;
  layer.product(prefix + "position scores", batch, shape.queries, shape.positions, shape.hidden / shape.heads);
  layer.elementwise(prefix + "relative shift", batch * shape.queries * (shape.positions + shape.keys), 1, 1);
  if (model.segments > 0) layer.elementwise(prefix + "segment scores", scores, 1, 1);
  layer.elementwise(prefix + "score sum", scores, model.segments > 0 ? 4 : 3, 0);
}

/// Scores, softmax, dropout and context as kernels of their own.
void attention_core(LayerBuilder& layer, const std::string& prefix, const catalog::Transformer& model,
                    const Shape& shape) {
  const double batch = shape.examples * shape.heads;
  const double head_size = shape.hidden / shape.heads;
  const double scores = batch * shape.queries * shape.keys;
  const bool fused_softmax = shape.attention != catalog::Attention::unfused;
  layer.begin_core();
  layer.product(prefix + "scores", batch, shape.queries, shape.keys, head_size);
  if (model.relative_positions) relative_scores(layer, prefix, model, shape);
  layer.elementwise(prefix + "softmax", scores, fused_softmax ? 2 : 7, fused_softmax ? 3 : 8);
  layer.keep(scores);
  dropout(layer, shape, prefix + "attention dropout", scores);
  layer.product(prefix + "context", batch, shape.queries, head_size, shape.keys);
  layer.end_core();
}

void attention(LayerBuilder& layer, const std::string& prefix, const catalog::Transformer& model, const Shape& shape) {
  const double elements = shape.tokens() * shape.hidden;
  layer.elementwise(prefix + "query transpose", elements, 2, 3);
  layer.keep(elements);
  if (shape.attention == catalog::Attention::fused && !model.relative_positions) {
    layer.fused_attention(prefix + "attention", {.sequences = shape.examples,
                                                 .heads = shape.heads,
                                                 .queries = shape.queries,
                                                 .keys = shape.keys,
                                                 .head_size = shape.hidden / shape.heads,
                                                 .causal = model.causal});
  } else {
    attention_core(layer, prefix, model, shape);
  }
  layer.elementwise(prefix + "context transpose", elements, 2, 2);
  layer.keep(elements);
}

void attention_output(LayerBuilder& layer, const std::string& prefix, const Shape& shape, double rows) {
  layer.dense(prefix + "attention output", rows, shape.hidden, shape.hidden);
  residual_norm(layer, shape, prefix + "attention ", rows * shape.hidden);
}

void output_and_feed_forward(LayerBuilder& layer, const std::string& prefix, const Shape& shape, double rows) {
  const double h = shape.hidden;
  const double f = shape.feed_forward;
  attention_output(layer, prefix, shape, rows);
  layer.dense(prefix + "feed-forward in", rows, h, f);
  activation(layer, prefix + "GELU", rows * f);
  layer.dense(prefix + "feed-forward out", rows, f, h);
  residual_norm(layer, shape, prefix + "feed-forward ", rows * h);
}

/// The stream of the predicted tokens: their queries are spread over the
/// sequence for the attention, and its results picked out again.
void query_stream(LayerBuilder& layer, const catalog::Transformer& model, const Shape& shape) {
  const std::string prefix = "query-stream ";
  const double h = shape.hidden;
  layer.dense(prefix + "query", shape.predicted_tokens(), h, h);
  layer.selection(prefix + "query spread", shape.examples, shape.queries, h, shape.predictions);
  attention(layer, prefix, model, shape);
  layer.selection(prefix + "context pick", shape.examples, shape.predictions, h, shape.queries);
  output_and_feed_forward(layer, prefix, shape, shape.predicted_tokens());
}

Layer block(const catalog::Transformer& model, const Shape& shape, const catalog::Stack& stack) {
  LayerBuilder layer("block", stack);
  layer.add_parameters(block_parameters(model));
  layer.input(shape.tokens() * shape.hidden);
  keys_and_values(layer, "", shape);
  layer.dense("query", shape.tokens(), shape.hidden, shape.hidden);
  attention(layer, "", model, shape);
  output_and_feed_forward(layer, "", shape, shape.tokens());
  if (model.query_stream) query_stream(layer, model, shape);
  return layer.build();
}

/// What a decoder adds to the shape of its own tokens: it attends to those of the source.
Shape across_of(const Shape& target, double source_tokens) {
  Shape across = target;
  across.keys = source_tokens;
  return across;
}

/// Attention of the target to what it has so far, then to the source, and feed-forward.
Layer decoder_block(const catalog::Transformer& model, const Shape& target, double source_tokens,
                    const catalog::Stack& stack) {
  LayerBuilder layer("decoder block", stack);
  const Shape across = across_of(target, source_tokens);
  catalog::Transformer causal = model;
  causal.causal = true;
  layer.add_parameters(block_parameters(model) + attention_parameters(model) + layer_norm_parameters(target.hidden));
  layer.input(target.tokens() * target.hidden);
  keys_and_values(layer, "", target);
  layer.dense("query", target.tokens(), target.hidden, target.hidden);
  attention(layer, "", causal, target);
  attention_output(layer, "", target, target.tokens());
  keys_and_values(layer, "source ", across);
  layer.dense("source query", target.tokens(), target.hidden, target.hidden);
  attention(layer, "source ", model, across);
  output_and_feed_forward(layer, "source ", target, target.tokens());
  return layer.build();
}

/// The words of the target; their table is the source's.
Layer target_embedding(const Shape& shape, const catalog::Stack& stack) {
  LayerBuilder layer("target embedding", stack);
  const double elements = shape.tokens() * shape.hidden;
  word_lookup(layer, shape);
  layer.elementwise("position sum", elements, 2, 1);
  dropout(layer, shape, "dropout", elements);
  return layer.build();
}

void pooler(LayerBuilder& layer, const Shape& shape) {
  layer.dense("pooler", shape.examples, shape.hidden, shape.hidden);
  activation(layer, "pooler tanh", shape.examples * shape.hidden);
  layer.dense("classifier", shape.examples, shape.hidden, 2);
  layer.softmax_loss(shape.examples, 2);
}

Layer head(const catalog::Transformer& model, const Shape& shape, const catalog::Stack& stack) {
  LayerBuilder layer("head", stack);
  const double rows = shape.predicted_tokens();
  const double h = shape.hidden;
  layer.add_parameters(head_parameters(model));
  if (shape.predictions < shape.queries && !model.query_stream) {
    layer.elementwise("prediction gather", rows * h, 2, 2);
  }
  if (model.dense_before_logits) {
    layer.dense("transform", rows, h, h);
    activation(layer, "GELU", rows * h);
    layer_norm(layer, "layer norm", rows * h);
  }
  layer.dense("logits", rows, h, shape.vocabulary);
  layer.softmax_loss(rows, shape.vocabulary);
  if (model.pooler) pooler(layer, shape);
  return layer.build();
}

/// Appends the decoder and returns the shape of its tokens.
Shape decode(Graph& graph, const catalog::Transformer& model, const catalog::TrainingPhase& phase, const Shape& source,
             const catalog::Stack& stack) {
  Shape target = source;
  target.queries = target.keys = target.predictions = phase.target_length;
  graph.layers.push_back(target_embedding(target, stack));
  Layer repeated = decoder_block(model, target, source.queries, stack);
  for (int number = 1; number <= model.decoder_layers; ++number) {
    repeated.name = "decoder block " + std::to_string(number);
    graph.layers.push_back(repeated);
  }
  return target;
}

}  // namespace

Graph expand_transformer(const catalog::Transformer& model, const catalog::TrainingPhase& phase, double examples,
                         const catalog::Stack& stack) {
  const Shape shape = shape_of(model, phase, examples, stack);
  Graph graph;
  graph.layers.push_back(embedding(model, shape, stack));
  Layer repeated = block(model, shape, stack);
  for (int number = 1; number <= model.layers; ++number) {
    repeated.name = "block " + std::to_string(number);
    graph.layers.push_back(repeated);
  }
  graph.layers.push_back(
      head(model, model.decoder_layers > 0 ? decode(graph, model, phase, shape, stack) : shape, stack));
  return graph;
}

}  // namespace podsim::workload
