#include "workload/transformer/attention.hpp"

#include "workload/transformer/context.hpp"
#include "workload/transformer/tensor.hpp"

namespace podsim::workload {

namespace {

constexpr double kSumBytes = 4;  ///< of the log-sum-exp of a row

const Passes& transpose_passes(const catalog::Transformer& model) {
  return model.biases == catalog::Biases::none ? passes::kCopy : passes::kTranspose;
}

/// Position scores, shifted into place, and segment scores, added to the content scores.
void relative_scores(LayerBuilder& layer, const std::string& prefix, const catalog::Transformer& model,
                     const TransformerShape& shape) {
  const double batch = shape.examples * shape.heads;
  const double scores = batch * shape.queries * shape.keys;
  layer.product(prefix + "position scores", batch, shape.queries, shape.positions, shape.head_size);
  layer.elementwise(prefix + "relative shift", batch * shape.queries * (shape.positions + shape.keys),
                    passes::kRelativeShift);
  if (model.segments > 0) layer.elementwise(prefix + "segment scores", scores, passes::kSegmentScores);
  layer.elementwise(prefix + "score sum", scores, model.segments > 0 ? passes::kScoreSumOfThree : passes::kScoreSum);
}

/// Scores, softmax, dropout and context as kernels of their own.
void attention_core(LayerBuilder& layer, const std::string& prefix, const catalog::Transformer& model,
                    const TransformerShape& shape, const AttentionShape& core) {
  const double batch = core.sequences * core.heads;
  const double scores = batch * core.queries * core.keys;
  const bool fused_softmax = shape.attention != catalog::Attention::unfused;
  layer.begin_core(core);
  layer.product(prefix + "scores", batch, core.queries, core.keys, core.head_size);
  if (model.relative_positions) relative_scores(layer, prefix, model, shape);
  layer.elementwise(prefix + "softmax", scores, fused_softmax ? passes::kFusedSoftmax : passes::kSoftmax);
  layer.keep(scores);
  if (shape.dropout) keep_input(layer, shape, scores);
  dropout(layer, shape, prefix + "attention dropout", scores);
  layer.product(prefix + "context", batch, core.queries, core.head_size, core.keys);
  layer.end_core();
}

/// The kernel keeps its result, which `attention` also keeps as the product's input, or a sum a row beside that.
void keep_of_fused(LayerBuilder& layer, const TransformerShape& shape) {
  if (shape.stored) {
    layer.keep_bytes(kSumBytes * shape.tokens() * shape.heads);
  } else {
    layer.keep(shape.tokens() * shape.context_width());
  }
}

void turn(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape) {
  const double elements = shape.tokens() * (shape.query_width() + shape.key_width());
  if (model.latent) {
    layer.elementwise("rotary positions", shape.tokens() * (shape.heads + 1) * model.latent->rotary_size,
                      passes::kRotary);
    return;
  }
  if (model.qk_norm) norm(layer, model, "query and key ", elements);
  if (model.rotary_positions) layer.elementwise("rotary positions", elements, passes::kRotary);
}

/// Elements of a token's vector of lower rank, of what the first product gives beside it, and of the second's result.
struct LatentWidths {
  double rank = 0;
  double beside = 0;
  double out = 0;
};

/// One product gives a vector of `rank` elements, and `beside` it what is no part of it, a second one all heads' part.
void through_latent(LayerBuilder& layer, const std::string& name, const catalog::Transformer& model,
                    const TransformerShape& shape, const LatentWidths& widths) {
  const double rows = shape.resting(shape.tokens());
  products_of_one_rank(layer, {dense_product(name + " down", rows, shape.hidden, widths.rank + widths.beside)});
  norm(layer, model, name + " ", rows * widths.rank);
  keep_input(layer, shape, rows * widths.rank);
  column_products(layer, shape, {dense_product(name + " up", shape.tokens(), widths.rank, widths.out)});
}

void latent_query_key_value(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape) {
  const catalog::LatentAttention& latent = *model.latent;
  const double tokens = shape.tokens();
  keep_input(layer, shape, shape.resting(tokens) * shape.hidden);
  through_latent(layer, "key and value", model, shape,
                 {.rank = double(latent.key_value_rank),
                  .beside = double(latent.rotary_size),
                  .out = shape.key_heads * (latent.plain_size + latent.value_size)});
  const double elements = 2 * tokens * shape.key_width();
  layer.elementwise("key and value transpose", elements, transpose_passes(model));
  layer.keep(elements);
  if (latent.query_rank == 0) {
    column_products(layer, shape, {dense_product("query", tokens, shape.hidden, shape.query_width())});
  } else {
    through_latent(layer, "query", model, shape, {.rank = double(latent.query_rank), .out = shape.query_width()});
  }
}

}  // namespace

void keys_and_values(LayerBuilder& layer, const std::string& prefix, const catalog::Transformer& model,
                     const TransformerShape& shape) {
  const double h = shape.hidden;
  const double key_tokens = shape.examples * shape.keys;
  const double position_rows = shape.examples * shape.positions;
  layer.weighted(dense_product(prefix + "key", key_tokens, h, shape.key_width()));
  layer.weighted(dense_product(prefix + "value", key_tokens, h, shape.key_width()));
  if (position_rows > 0) {
    layer.weighted({.name = "positions",
                    .rows = position_rows,
                    .in = h,
                    .out = h,
                    .input_rows = position_rows,
                    .input_gradient = false});
  }
  const double elements = 2 * key_tokens * shape.key_width() + position_rows * h;
  layer.elementwise(prefix + "key and value transpose", elements, transpose_passes(model));
  layer.keep(elements);
}

void query_key_value(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape,
                     const std::vector<WeightedProduct>& beside) {
  if (model.latent) return latent_query_key_value(layer, model, shape);
  const double tokens = shape.tokens();
  const double h = shape.hidden;
  keep_input(layer, shape, shape.resting(tokens) * h);
  const WeightedProduct query = dense_product("query", tokens, h, shape.query_width());
  std::vector<WeightedProduct> products = {dense_product("key", tokens, h, shape.key_width()),
                                           dense_product("value", tokens, h, shape.key_width()), query};
  products.insert(products.end(), beside.begin(), beside.end());
  if (shape.shard.tensor == 1) {
    cast_input(layer, query);
    keys_and_values(layer, "", model, shape);
    layer.weighted(query);
    for (const WeightedProduct& product : beside) layer.weighted(product);
    cast_gradients(layer, products);
    return;
  }
  column_products(layer, shape, products);
  const double elements = 2 * tokens * shape.key_width();
  layer.elementwise("key and value transpose", elements, transpose_passes(model));
  layer.keep(elements);
}

void attention(LayerBuilder& layer, const std::string& prefix, const catalog::Transformer& model,
               const TransformerShape& shape) {
  const double elements = shape.tokens() * shape.query_width();
  layer.elementwise(prefix + "query transpose", elements, transpose_passes(model));
  layer.keep(elements);
  turn(layer, model, shape);
  const bool fused = catalog::is_fused(shape.attention) && !model.relative_positions;
  const AttentionShape core{.sequences = shape.examples,
                            .heads = shape.heads,
                            .queries = shape.queries,
                            .keys = shape.keys,
                            .head_size = shape.head_size,
                            .key_heads = shape.key_heads,
                            .causal = model.causal,
                            .window_share = shape.window_share};
  attend_in_context(layer, prefix, shape.shard, core, [&](const AttentionShape& block) {
    if (fused) {
      layer.fused_attention(prefix + "attention", block);
    } else {
      attention_core(layer, prefix, model, shape, block);
    }
  });
  if (fused) keep_of_fused(layer, shape);
  const double context = shape.tokens() * shape.context_width();
  layer.elementwise(prefix + "context transpose", context, passes::kCopy);
  layer.keep(context);
}

}  // namespace podsim::workload
