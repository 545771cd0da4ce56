#include "catalog/models/transformer_loader.hpp"

#include "catalog/models/model_rules.hpp"
#include "catalog/yaml/rules.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <vector>

namespace podsim::catalog {
namespace {

IntegerRule tokens() { return count("a count of tokens", "give a whole number, 0 for none", 0, 1 << 24); }

IntegerRule heads_rule() { return count("a count of heads", "give a whole number, for example 16", 1, 1 << 14); }

/// What only a stack of like blocks has: neither XLNet's streams nor an encoder with a decoder.
const std::vector<std::string>& block_keys() {
  static const std::vector<std::string> keys = {"kv_heads",
                                                "head_size",
                                                "gated",
                                                "norm",
                                                "biases",
                                                "block",
                                                "tied_embeddings",
                                                "norm_after_embedding",
                                                "final_norm",
                                                "rotary_positions",
                                                "qk_norm",
                                                "output_norms",
                                                "window",
                                                "global_every",
                                                "latent_attention",
                                                "experts"};
  return keys;
}

std::vector<std::string> transformer_keys() {
  std::vector<std::string> keys = {"kind",          "layers",         "hidden",   "heads",   "feed_forward",
                                   "vocabulary",    "positions",      "segments", "pooler",  "dense_before_logits",
                                   "logits_bias",   "decoder_layers", "causal",   "dropout", "relative_positions",
                                   "memory_tokens", "query_stream"};
  keys.insert(keys.end(), block_keys().begin(), block_keys().end());
  return keys;
}

template <typename Value, std::size_t size>
Value choice_of(const MapReader& map, std::string_view key, const std::vector<std::string>& names,
                const std::array<Value, size>& values, std::string_view noun, Value fallback) {
  const auto field = map.find(key);
  return field ? values.at(field->choice(names, noun)) : fallback;
}

void load_heads(const MapReader& map, Transformer& model) {
  model.heads = required(map, "heads", heads_rule());
  if (const auto size = map.find("head_size")) {
    model.head_size = static_cast<int>(size->integer(width("128")));
  } else if (model.hidden % model.heads != 0 && !map.find("latent_attention")) {
    map["heads"].fail(fmt::format("hidden {} is not divisible by {} heads", model.hidden, model.heads),
                      "change heads or hidden, or give head_size: without it each head has hidden / heads elements");
  }
  model.kv_heads = map.integer_or("kv_heads", heads_rule(), 0);
  if (model.kv_heads > 0 && model.heads % model.kv_heads != 0) {
    map["kv_heads"].fail(
        fmt::format("{} heads do not share {} heads of keys and values evenly", model.heads, model.kv_heads),
        "give a divisor of heads; 1 is multi-query attention");
  }
}

void load_parts(const MapReader& map, Transformer& model) {
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
}

void load_block(const MapReader& map, Transformer& model) {
  model.gated = map.boolean_or("gated", model.gated);
  model.norm = choice_of(map, "norm", {"layer_norm", "rms_norm"}, std::array{Norm::layer_norm, Norm::rms_norm}, "norms",
                         model.norm);
  model.biases = choice_of(map, "biases", {"all", "none", "qkv"}, std::array{Biases::all, Biases::none, Biases::qkv},
                           "biases", model.biases);
  model.order = choice_of(map, "block", {"sequential", "parallel", "parallel_one_norm"},
                          std::array{BlockOrder::sequential, BlockOrder::parallel, BlockOrder::parallel_one_norm},
                          "blocks", model.order);
  model.tied_embeddings = map.boolean_or("tied_embeddings", model.tied_embeddings);
  model.norm_after_embedding = map.boolean_or("norm_after_embedding", model.norm_after_embedding);
  model.final_norm = map.boolean_or("final_norm", model.final_norm);
  model.rotary_positions = map.boolean_or("rotary_positions", model.rotary_positions);
  model.qk_norm = map.boolean_or("qk_norm", model.qk_norm);
  model.output_norms = map.boolean_or("output_norms", model.output_norms);
  if (model.order != BlockOrder::sequential && !model.final_norm) {
    map["block"].fail("attention and feed-forward side by side begin with their norms", "add final_norm: true");
  }
}

void load_window(const MapReader& map, Transformer& model) {
  const auto window = map.find("window");
  if (!window) {
    map.forbid("global_every", "tells which layers have no window", "add window: TOKENS");
    return;
  }
  model.window = static_cast<int>(
      window->integer(count("a window", "give the tokens that a token attends to, for example 4096", 1, 1 << 24)));
  model.global_every = map.integer_or(
      "global_every",
      count("a count of layers", "give 2 where every second layer has no window, 0 where all have it", 0, 1 << 14), 0);
  if (!model.causal) window->fail("a window holds a token and those before it", "add causal: true");
}

void load_latent(const Field& field, const MapReader& model_map, Transformer& model) {
  const MapReader map = field.map({"query_rank", "key_value_rank", "plain", "rotary", "value"});
  LatentAttention latent;
  latent.query_rank =
      map.integer_or("query_rank", count("a rank", "give a count of elements, 0 for none", 0, 1 << 20), 0);
  latent.key_value_rank = required(map, "key_value_rank", width("512"));
  latent.plain_size = required(map, "plain", width("128"));
  latent.rotary_size = required(map, "rotary", width("64"));
  latent.value_size = required(map, "value", width("128"));
  model.latent = latent;
  for (const char* key : {"kv_heads", "head_size", "qk_norm"}) {
    model_map.forbid(key, "latent attention has heads of its own", "remove the line");
  }
  if (model.biases != Biases::none) field.fail("latent attention has no biases", "add biases: none");
  if (model.order != BlockOrder::sequential) {
    field.fail("latent attention stands in blocks of attention, then feed-forward", "remove block");
  }
}

/// What the blocks of a model with output norms must be.
void check_output_norms(const MapReader& map, const Transformer& model) {
  if (!model.output_norms || (model.order == BlockOrder::sequential && model.final_norm)) return;
  map["output_norms"].fail("only blocks that begin with their norms, one part after the other, have them",
                           "add final_norm: true, and remove block");
}

/// The experts that see all tokens: their count, or their width together.
int shared_feed_forward(const MapReader& map, int width_of_one) {
  if (const auto width_of_all = map.find("shared_feed_forward")) {
    map.forbid("shared", "stands beside shared_feed_forward, the width of the shared experts together",
               "keep one of them");
    return static_cast<int>(width_of_all->integer(width("5632")));
  }
  return width_of_one *
         map.integer_or("shared", count("a count of experts", "give the experts that see all tokens", 0, 1 << 10), 0);
}

void load_balance(const MapReader& map, Experts& experts) {
  if (const auto factor = map.find("capacity_factor")) {
    map.forbid("imbalance", "stands beside capacity_factor, which makes all experts' rows alike", "keep one of them");
    experts.capacity_factor = factor->number(positive("a factor", "give for example 1.25", 1e3));
  }
  if (const auto imbalance = map.find("imbalance")) {
    experts.imbalance = imbalance->number({.noun = "an imbalance",
                                           .way_out = "give the busiest expert's rows over the mean, for example 1.3",
                                           .low = 1,
                                           .low_allowed = true,
                                           .high = static_cast<double>(experts.count)});
  }
  experts.node_limit = map.integer_or("node_limit", count("a count of nodes", "give 0 for no limit", 0, 1 << 16), 0);
}

Experts load_experts(const Field& field, const Transformer& model) {
  const MapReader map = field.map({"count", "per_token", "feed_forward", "shared", "shared_feed_forward",
                                   "dense_layers", "capacity_factor", "imbalance", "node_limit"});
  Experts experts;
  experts.count = required(map, "count", count("a count of experts", "give at least 2, for example 8", 2, 1 << 16));
  experts.per_token =
      required(map, "per_token",
               count("a count of experts", fmt::format("give the experts of a token, at most {}", experts.count), 1,
                     experts.count));
  experts.feed_forward = map.integer_or("feed_forward", width("2048"), model.feed_forward);
  experts.shared_feed_forward = shared_feed_forward(map, experts.feed_forward);
  experts.dense_layers = map.integer_or(
      "dense_layers",
      count("a count of layers", fmt::format("give the first layers without experts, fewer than {}", model.layers), 0,
            model.layers - 1),
      0);
  load_balance(map, experts);
  return experts;
}

/// The first of the keys that the blocks of XLNet and of translators do not have.
void check_kind(const MapReader& map, const Transformer& model) {
  const bool streams = model.relative_positions || model.query_stream || model.memory_tokens > 0;
  if (!streams && model.decoder_layers == 0) return;
  for (const std::string& key : block_keys()) {
    map.forbid(key,
               streams ? "a transformer with relative positions, memory or two streams has no such choice"
                       : "a transformer with a decoder has no such choice",
               "remove the line");
  }
}

}  // namespace

Transformer load_transformer(const Field& field) {
  const MapReader map = field.map(transformer_keys());
  Transformer model;
  model.layers = required(map, "layers", layer_count("24"));
  model.hidden = required(map, "hidden", width("1024"));
  load_heads(map, model);
  model.feed_forward = map.integer_or("feed_forward", width("4096"), 4 * model.hidden);
  model.vocabulary = required(map, "vocabulary", count("a count of tokens", "give the vocabulary, for example 30522"));
  load_parts(map, model);
  check_kind(map, model);
  load_block(map, model);
  load_window(map, model);
  check_output_norms(map, model);
  if (const auto latent = map.find("latent_attention")) load_latent(*latent, map, model);
  if (const auto experts = map.find("experts")) {
    model.experts = load_experts(*experts, model);
    if (model.order != BlockOrder::sequential) {
      experts->fail("experts stand in blocks of attention, then feed-forward", "remove block or experts");
    }
  }
  return model;
}

}  // namespace podsim::catalog
