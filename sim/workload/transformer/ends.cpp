#include "workload/transformer/ends.hpp"

#include "workload/transformer/parameters.hpp"
#include "workload/transformer/tensor.hpp"

namespace podsim::workload {

namespace {

constexpr double kLossBytes = 4;  ///< of a token's maximum, logit and sum: in fp32

/// Rows of a table of words; those of a tensor group are padded, so that all have as many.
double words(const catalog::Transformer& model, const TransformerShape& shape) {
  return shape.shard.tensor == 1 ? model.vocabulary : shape.vocabulary;
}

void add_embedding_parameters(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape) {
  const double h = model.hidden;
  layer.add_parameters(words(model, shape) * h);
  if (model.relative_positions) {
    layer.add_parameters(model.query_stream ? h : 0);
    return;
  }
  layer.add_replicated_parameters((model.positions + model.segments) * h);
  if (model.norm_after_embedding) add_norm_parameters(layer, model, 1);
}

void add_head_parameters(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape) {
  const double h = model.hidden;
  if (model.logits_bias) layer.add_parameters(words(model, shape));
  if (model.final_norm) add_norm_parameters(layer, model, 1);
  if (model.tied_embeddings) {
    layer.tie_parameters(words(model, shape) * h);
  } else {
    layer.add_parameters(words(model, shape) * h);
  }
  if (model.dense_before_logits) {
    layer.add_replicated_parameters(dense_parameters(h, h));
    add_norm_parameters(layer, model, 1);
  }
  if (model.pooler) layer.add_replicated_parameters(dense_parameters(h, h) + dense_parameters(h, 2));
}

/// As a product, the one-hot rows are made inside the matrix unit: only words and vectors move.
void word_lookup(LayerBuilder& layer, const TransformerShape& shape) {
  const double elements = shape.tokens() * shape.hidden;
  if (shape.one_hot) {
    layer.lookup_product("word lookup", shape.tokens(), shape.vocabulary, shape.hidden);
  } else {
    layer.elementwise("word lookup", elements, passes::kLookup);
  }
}

void pooler(LayerBuilder& layer, const TransformerShape& shape) {
  layer.dense("pooler", shape.examples, shape.hidden, shape.hidden);
  activation(layer, "pooler tanh", shape.examples * shape.hidden);
  layer.dense("classifier", shape.examples, shape.hidden, 2);
  layer.softmax_loss(shape.examples, 2);
}

/// Softmax and loss over logits whose words a tensor group shares.
void word_loss(LayerBuilder& layer, const TransformerShape& shape, double rows) {
  const bool shared = shape.shard.tensor > 1;
  const auto reduce = [&](const char* name) {
    if (!shared) return;
    blocking_exchange(layer, ShareAxis::tensor, ExchangeKind::all_reduce, kLossBytes * rows, name);
  };
  reduce("loss maximum");
  layer.softmax_loss(rows, shape.vocabulary);
  reduce("loss logit");
  reduce("loss sum");
}

}  // namespace

Layer transformer_embedding(const catalog::Transformer& model, const TransformerShape& shape,
                            const catalog::Stack& stack) {
  LayerBuilder layer("embedding", stack);
  const double elements = shape.resting(shape.tokens()) * shape.hidden;
  add_embedding_parameters(layer, model, shape);
  word_lookup(layer, shape);
  sum_over_tensor_group(layer, shape, "word lookup", shape.tokens());
  if (!model.relative_positions) {
    if (model.positions > 0) layer.elementwise("position sum", elements, passes::kEmbeddingSum);
    if (model.segments > 0) layer.elementwise("segment sum", elements, passes::kEmbeddingSum);
    if (model.norm_after_embedding) norm(layer, model, "", elements);
  }
  dropout(layer, shape, "dropout", elements);
  return layer.build();
}

Layer target_embedding(const TransformerShape& shape, const catalog::Stack& stack) {
  LayerBuilder layer("target embedding", stack);
  const double elements = shape.tokens() * shape.hidden;
  word_lookup(layer, shape);
  layer.elementwise("position sum", elements, passes::kEmbeddingSum);
  dropout(layer, shape, "dropout", elements);
  return layer.build();
}

Layer transformer_head(const catalog::Transformer& model, const TransformerShape& shape, const catalog::Stack& stack) {
  LayerBuilder layer("head", stack);
  const double rows = shape.predicted_tokens();
  const double resting = shape.resting(rows);
  const double h = shape.hidden;
  add_head_parameters(layer, model, shape);
  if (model.final_norm) norm(layer, model, "final ", shape.resting(shape.tokens()) * h);
  if (shape.predictions < shape.queries && !model.query_stream) {
    layer.elementwise("prediction gather", resting * h, passes::kCopy);
  }
  if (model.dense_before_logits) {
    layer.dense("transform", resting, h, h);
    activation(layer, "GELU", resting * h);
    norm(layer, model, "", resting * h);
  }
  keep_input(layer, shape, resting * h);
  WeightedProduct logits = dense_product("logits", rows, h, shape.vocabulary);
  logits.linear = false;  // no stack narrows it
  column_products(layer, shape, {logits});
  word_loss(layer, shape, rows);
  if (model.pooler) pooler(layer, shape);
  return layer.build();
}

}  // namespace podsim::workload
