#include "workload/transformer/ends.hpp"

namespace podsim::workload {

namespace {

double embedding_parameters(const catalog::Transformer& model) {
  const double h = model.hidden;
  const double words = model.vocabulary * h;
  if (model.relative_positions) return words + (model.query_stream ? h : 0);
  return words + (model.positions + model.segments) * h + layer_norm_parameters(h);
}

double head_parameters(const catalog::Transformer& model) {
  const double h = model.hidden;
  double count = model.logits_bias ? model.vocabulary : 0;
  if (model.dense_before_logits) count += dense_parameters(h, h) + layer_norm_parameters(h);
  if (model.pooler) count += dense_parameters(h, h) + dense_parameters(h, 2);
  return count;
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

}  // namespace

Layer transformer_embedding(const catalog::Transformer& model, const TransformerShape& shape,
                            const catalog::Stack& stack) {
  LayerBuilder layer("embedding", stack);
  const double elements = shape.tokens() * shape.hidden;
  layer.add_parameters(embedding_parameters(model));
  word_lookup(layer, shape);
  if (!model.relative_positions) {
    if (model.positions > 0) layer.elementwise("position sum", elements, passes::kEmbeddingSum);
    if (model.segments > 0) layer.elementwise("segment sum", elements, passes::kEmbeddingSum);
    layer_norm(layer, "layer norm", elements);
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
  const double h = shape.hidden;
  layer.add_parameters(head_parameters(model));
  if (shape.predictions < shape.queries && !model.query_stream) {
    layer.elementwise("prediction gather", rows * h, passes::kCopy);
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

}  // namespace podsim::workload
