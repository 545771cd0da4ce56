#include "workload/transformer/block.hpp"

#include "workload/transformer/attention.hpp"
#include "workload/transformer/experts.hpp"
#include "workload/transformer/feed_forward.hpp"
#include "workload/transformer/parameters.hpp"
#include "workload/transformer/tensor.hpp"

namespace podsim::workload {

namespace {

void residual(LayerBuilder& layer, const TransformerShape& shape, const std::string& prefix, double elements) {
  if (shape.dropout) {
    layer.elementwise(prefix + "dropout and residual", elements, passes::kDropoutResidual);
    layer.keep_mask(elements);
  } else {
    layer.elementwise(prefix + "residual", elements, passes::kResidual);
  }
}

/// A part of a block with its residual and its norm, which comes first or last.
template <typename Part>
void with_norm(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape,
               const std::string& prefix, double rows, const Part& part) {
  const double elements = shape.resting(rows) * shape.hidden;
  if (model.final_norm) norm(layer, model, prefix, elements);
  part();
  if (model.output_norms) norm(layer, model, prefix + "output ", elements);
  residual(layer, shape, prefix, elements);
  if (!model.final_norm) norm(layer, model, prefix, elements);
}

void attention_output(LayerBuilder& layer, const std::string& prefix, const TransformerShape& shape, double rows) {
  row_products(layer, shape, {dense_product(prefix + "attention output", rows, shape.context_width(), shape.hidden)});
}

/// The end of a stream with attention results of `rows` tokens.
void output_and_feed_forward(LayerBuilder& layer, const std::string& prefix, const catalog::Transformer& model,
                             const TransformerShape& shape, double rows) {
  const double elements = rows * shape.hidden;
  attention_output(layer, prefix, shape, rows);
  residual(layer, shape, prefix + "attention ", elements);
  norm(layer, model, prefix + "attention ", elements);
  feed_forward(layer, model, shape, prefix, rows, shape.feed_forward);
  residual(layer, shape, prefix + "feed-forward ", elements);
  norm(layer, model, prefix + "feed-forward ", elements);
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
  output_and_feed_forward(layer, prefix, model, shape, shape.predicted_tokens());
}

/// What a decoder adds to the shape of its own tokens: it attends to those of the source.
TransformerShape across_of(const TransformerShape& target, double source_tokens) {
  TransformerShape across = target;
  across.keys = source_tokens;
  return across;
}

void sequential_block(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape,
                      bool dense) {
  with_norm(layer, model, shape, "attention ", shape.tokens(), [&] {
    query_key_value(layer, model, shape, {});
    attention(layer, "", model, shape);
    attention_output(layer, "", shape, shape.tokens());
  });
  with_norm(layer, model, shape, "feed-forward ", shape.tokens(), [&] {
    if (dense) {
      feed_forward(layer, model, shape, "", shape.tokens(), shape.feed_forward);
    } else {
      expert_feed_forward(layer, model, shape);
    }
  });
}

void parallel_residual(LayerBuilder& layer, const TransformerShape& shape, double elements) {
  if (!shape.dropout) {
    layer.elementwise("residual", elements, passes::kParallelResidual);
    return;
  }
  layer.elementwise("dropout and residual", elements, passes::kParallelDropout);
  layer.keep_mask(2 * elements);
}

/// Attention and feed-forward side by side: their results are summed before the tensor group sums them.
void parallel_block(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape) {
  const double tokens = shape.tokens();
  const double elements = shape.resting(tokens) * shape.hidden;
  const auto inputs = feed_forward_inputs(model, "", tokens, shape.hidden, shape.feed_forward);
  const bool one_norm = model.order == catalog::BlockOrder::parallel_one_norm;
  norm(layer, model, "attention ", elements);
  if (!one_norm) norm(layer, model, "feed-forward ", elements);
  query_key_value(layer, model, shape, one_norm ? inputs : std::vector<WeightedProduct>{});
  attention(layer, "", model, shape);
  if (!one_norm) {
    keep_input(layer, shape, elements);
    column_products(layer, shape, inputs);
  }
  feed_forward_activation(layer, model, shape, "", tokens * shape.feed_forward);
  row_products(layer, shape,
               {dense_product("attention output", tokens, shape.query_width(), shape.hidden),
                dense_product("feed-forward out", tokens, shape.feed_forward, shape.hidden)});
  parallel_residual(layer, shape, elements);
}

void add_block_parameters(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape,
                          bool dense) {
  add_attention_parameters(layer, model, shape);
  const int norms = model.order == catalog::BlockOrder::parallel_one_norm ? 1 : 2;
  add_norm_parameters(layer, model, model.output_norms ? 2 * norms : norms);
  if (dense) {
    add_feed_forward_parameters(layer, model, shape.feed_forward);
    return;
  }
  add_expert_parameters(layer, model, shape.shard);
  const double shared = double(model.experts->shared_feed_forward) / shape.shard.tensor;
  if (shared > 0) add_feed_forward_parameters(layer, model, shared);
}

}  // namespace

Layer transformer_block(const catalog::Transformer& model, const TransformerShape& shape, const catalog::Stack& stack,
                        bool dense) {
  LayerBuilder layer("block", stack);
  add_block_parameters(layer, model, shape, dense);
  layer.input(shape.resting(shape.tokens()) * shape.hidden);
  if (model.order == catalog::BlockOrder::sequential) {
    sequential_block(layer, model, shape, dense);
  } else {
    parallel_block(layer, model, shape);
  }
  if (model.query_stream) query_stream(layer, model, shape);
  return layer.build();
}

Layer decoder_block(const catalog::Transformer& model, const TransformerShape& target, double source_tokens,
                    const catalog::Stack& stack) {
  LayerBuilder layer("decoder block", stack);
  const TransformerShape across = across_of(target, source_tokens);
  catalog::Transformer causal = model;
  causal.causal = true;
  const double elements = target.tokens() * target.hidden;
  add_block_parameters(layer, model, target, true);
  add_attention_parameters(layer, model, target);
  add_norm_parameters(layer, model, 1);
  layer.input(elements);
  keys_and_values(layer, "", model, target);
  layer.dense("query", target.tokens(), target.hidden, target.query_width());
  attention(layer, "", causal, target);
  attention_output(layer, "", target, target.tokens());
  residual(layer, target, "attention ", elements);
  norm(layer, model, "attention ", elements);
  keys_and_values(layer, "source ", model, across);
  layer.dense("source query", target.tokens(), target.hidden, target.query_width());
  attention(layer, "source ", model, across);
  output_and_feed_forward(layer, "source ", model, target, target.tokens());
  return layer.build();
}

}  // namespace podsim::workload
