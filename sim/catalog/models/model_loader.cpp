#include "catalog/models/model_loader.hpp"

#include "catalog/models/convolutional_loader.hpp"
#include "catalog/models/gan_loader.hpp"
#include "catalog/models/model_rules.hpp"
#include "catalog/models/recurrent_loader.hpp"
#include "catalog/spec/names.hpp"
#include "catalog/yaml/rules.hpp"

#include <fmt/format.h>

namespace podsim::catalog {
namespace {

IntegerRule tokens() { return count("a count of tokens", "give a whole number, 0 for none", 0, 1 << 24); }

void check_heads(const MapReader& map, const Transformer& model) {
  if (model.hidden % model.heads == 0) return;
  map["heads"].fail(fmt::format("hidden {} is not divisible by {} heads", model.hidden, model.heads),
                    "change heads or hidden: each head has hidden / heads elements");
}

Transformer load_transformer(const Field& field) {
  const MapReader map = field.map({"kind", "layers", "hidden", "heads", "feed_forward", "vocabulary", "positions",
                                   "segments", "pooler", "dense_before_logits", "logits_bias", "decoder_layers",
                                   "causal", "dropout", "relative_positions", "memory_tokens", "query_stream"});
  Transformer model;
  model.layers = required(map, "layers", layer_count("24"));
  model.hidden = required(map, "hidden", width("1024"));
  model.heads = required(map, "heads", count("a count of heads", "give a whole number, for example 16", 1, 1 << 14));
  check_heads(map, model);
  model.feed_forward = map.integer_or("feed_forward", width("4096"), 4 * model.hidden);
  model.vocabulary = required(map, "vocabulary", count("a count of tokens", "give the vocabulary, for example 30522"));
  model.positions = map.integer_or("positions", tokens(), model.positions);
  model.segments =
      map.integer_or("segments", count("a count of segments", "give 0 for none", 0, 1 << 16), model.segments);
  model.pooler = map.boolean_or("pooler", model.pooler);
  model.dense_before_logits = map.boolean_or("dense_before_logits", model.dense_before_logits);
  model.logits_bias = map.boolean_or("logits_bias", model.logits_bias);
  model.decoder_layers = map.integer_or(
      "decoder_layers", count("a count of layers", "give the layers of the decoder, 0 for none", 0, 1 << 14), 0);
  model.causal = map.boolean_or("causal", model.causal);
  model.dropout = map.boolean_or("dropout", model.dropout);
  model.relative_positions = map.boolean_or("relative_positions", model.relative_positions);
  model.memory_tokens = map.integer_or("memory_tokens", tokens(), model.memory_tokens);
  model.query_stream = map.boolean_or("query_stream", model.query_stream);
  return model;
}

}  // namespace

Model load_model(const Field& field) {
  switch (field.variant("kind", model_kinds(), "kinds of model")) {
    case 0: return load_transformer(field);
    case 1: return load_convolutional(field);
    case 2: return load_recurrent(field);
    default: return load_gan(field);
  }
}

}  // namespace podsim::catalog
