#include "workload/transformer/block.hpp"

namespace podsim::workload {

namespace {

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

void residual_norm(LayerBuilder& layer, const TransformerShape& shape, const std::string& prefix, double elements) {
  if (shape.dropout) {
    layer.elementwise(prefix + "dropout and residual", elements, passes::kDropoutResidual);
    layer.keep_mask(elements);
  } else {
    layer.elementwise(prefix + "residual", elements, passes::kResidual);
  }
  layer_norm(layer, prefix + "layer norm", elements);
}

/// Keys, values and, where relative, projected positions: shared by all streams.
void keys_and_values(LayerBuilder& layer, const std::string& prefix, const TransformerShape& shape) {
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
  layer.elementwise(prefix + "key and value transpose", elements, passes::kTranspose);
  layer.keep(elements);
}

/// Position scores, shifted into place, and segment scores, added to the content scores.
void relative_scores(LayerBuilder& layer, const std::string& prefix, const catalog::Transformer& model,
                     const TransformerShape& shape) {
  const double batch = shape.examples * shape.heads;
  const double scores = batch * shape.queries * shape.keys;
  layer.product(prefix + "position scores", batch, shape.queries, shape.positions, shape.hidden / shape.heads);
  layer.elementwise(prefix + "relative shift", batch * shape.queries * (shape.positions + shape.keys),
                    passes::kRelativeShift);
  if (model.segments > 0) layer.elementwise(prefix + "segment scores", scores, passes::kSegmentScores);
  layer.elementwise(prefix + "score sum", scores, model.segments > 0 ? passes::kScoreSumOfThree : passes::kScoreSum);
}

/// Scores, softmax, dropout and context as kernels of their own.
void attention_core(LayerBuilder& layer, const std::string& prefix, const catalog::Transformer& model,
                    const TransformerShape& shape) {
  const double batch = shape.examples * shape.heads;
  const double head_size = shape.hidden / shape.heads;
  const double scores = batch * shape.queries * shape.keys;
  const bool fused_softmax = shape.attention != catalog::Attention::unfused;
  layer.begin_core();
  layer.product(prefix + "scores", batch, shape.queries, shape.keys, head_size);
  if (model.relative_positions) relative_scores(layer, prefix, model, shape);
  layer.elementwise(prefix + "softmax", scores, fused_softmax ? passes::kFusedSoftmax : passes::kSoftmax);
  layer.keep(scores);
  dropout(layer, shape, prefix + "attention dropout", scores);
  layer.product(prefix + "context", batch, shape.queries, head_size, shape.keys);
  layer.end_core();
}

void attention(LayerBuilder& layer, const std::string& prefix, const catalog::Transformer& model,
               const TransformerShape& shape) {
  const double elements = shape.tokens() * shape.hidden;
  layer.elementwise(prefix + "query transpose", elements, passes::kTranspose);
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
  layer.elementwise(prefix + "context transpose", elements, passes::kCopy);
  layer.keep(elements);
}

void attention_output(LayerBuilder& layer, const std::string& prefix, const TransformerShape& shape, double rows) {
  layer.dense(prefix + "attention output", rows, shape.hidden, shape.hidden);
  residual_norm(layer, shape, prefix + "attention ", rows * shape.hidden);
}

void output_and_feed_forward(LayerBuilder& layer, const std::string& prefix, const TransformerShape& shape,
                             double rows) {
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
void query_stream(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape) {
  const std::string prefix = "query-stream ";
  const double h = shape.hidden;
  layer.dense(prefix + "query", shape.predicted_tokens(), h, h);
  layer.selection(prefix + "query spread", shape.examples, shape.queries, h, shape.predictions);
  attention(layer, prefix, model, shape);
  layer.selection(prefix + "context pick", shape.examples, shape.predictions, h, shape.queries);
  output_and_feed_forward(layer, prefix, shape, shape.predicted_tokens());
}

/// What a decoder adds to the shape of its own tokens: it attends to those of the source.
TransformerShape across_of(const TransformerShape& target, double source_tokens) {
  TransformerShape across = target;
  across.keys = source_tokens;
  return across;
}

}  // namespace

Layer transformer_block(const catalog::Transformer& model, const TransformerShape& shape, const catalog::Stack& stack) {
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

Layer decoder_block(const catalog::Transformer& model, const TransformerShape& target, double source_tokens,
                    const catalog::Stack& stack) {
  LayerBuilder layer("decoder block", stack);
  const TransformerShape across = across_of(target, source_tokens);
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

}  // namespace podsim::workload
