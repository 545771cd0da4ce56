#include "catalog/error_text.hpp"
#include "catalog/lookup/catalog.hpp"
#include "catalog/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace podsim::catalog {
namespace {

std::string text_of_transformer(const std::string& keys) {
  return "schema: podsim/workload/1\nname: tiny\ndescription: a model for tests\nmodel: {kind: transformer, layers: 4, "
         "hidden: 64, heads: 8, vocabulary: 100" +
         keys + "}\ntraining: {optimizer: adam, global_batch: 32, steps: 10, sequence_length: 7}\n";
}

Transformer transformer(const std::string& keys) {
  const TemporaryFolder folder;
  return std::get<Transformer>(Catalog({}).workload(folder.write("tiny.yaml", text_of_transformer(keys))).value.model);
}

/// Problem and way out of a bad transformer.
std::string refused_transformer(const std::string& keys) {
  const TemporaryFolder folder;
  const std::string path = folder.write("tiny.yaml", text_of_transformer(keys));
  const std::string message = error_text([&] { Catalog({}).workload(path); });
  const std::string first = message.substr(0, message.find('\n'));
  return first.substr(first.find(": ") + 2) + message.substr(message.rfind('\n'));
}

}  // namespace

TEST_CASE("a transformer without newer keys is the plain one") {
  const Transformer model = transformer("");
  CHECK(model.key_heads() == 8);
  CHECK(model.head_elements() == 8);
  CHECK_FALSE(model.gated);
  CHECK(model.norm == Norm::layer_norm);
  CHECK(model.biases == Biases::all);
  CHECK(model.order == BlockOrder::sequential);
  CHECK(model.tied_embeddings);
  CHECK(model.norm_after_embedding);
  CHECK_FALSE(model.final_norm);
  CHECK_FALSE(model.rotary_positions);
  CHECK_FALSE(model.qk_norm);
  CHECK_FALSE(model.experts);
}

TEST_CASE("windows, norms of results and latent attention") {
  const Transformer model = transformer(
      ", causal: true, biases: none, final_norm: true, output_norms: true, window: 16, global_every: 2, "
      "latent_attention: {query_rank: 24, key_value_rank: 16, plain: 8, rotary: 4, value: 6}");
  CHECK(model.output_norms);
  CHECK(model.window == 16);
  CHECK(model.global_every == 2);
  REQUIRE(model.latent);
  CHECK(model.latent->query_size() == 12);
  CHECK(model.latent->value_size == 6);
  CHECK(refused_transformer(", window: 16") ==
        "model.window: a window holds a token and those before it\n  way out: add causal: true");
  CHECK(refused_transformer(", global_every: 2") ==
        "model.global_every: tells which layers have no window\n  way out: add window: TOKENS");
  CHECK(refused_transformer(", output_norms: true") ==
        "model.output_norms: only blocks that begin with their norms, one part after the other, have them\n"
        "  way out: add final_norm: true, and remove block");
  CHECK(refused_transformer(", latent_attention: {key_value_rank: 16, plain: 8, rotary: 4, value: 6}") ==
        "model.latent_attention: latent attention has no biases\n  way out: add biases: none");
  CHECK(refused_transformer(", kv_heads: 2, latent_attention: {key_value_rank: 16, plain: 8, rotary: 4, value: 6}") ==
        "model.kv_heads: latent attention has heads of its own\n  way out: remove the line");
}

TEST_CASE("the keys of today's language models") {
  const Transformer model = transformer(
      ", kv_heads: 2, head_size: 16, gated: true, norm: rms_norm, biases: qkv, block: parallel_one_norm, "
      "tied_embeddings: false, norm_after_embedding: false, final_norm: true, rotary_positions: true, qk_norm: true");
  CHECK(model.key_heads() == 2);
  CHECK(model.head_elements() == 16);
  CHECK(model.gated);
  CHECK(model.norm == Norm::rms_norm);
  CHECK(model.biases == Biases::qkv);
  CHECK(model.order == BlockOrder::parallel_one_norm);
  CHECK_FALSE(model.tied_embeddings);
  CHECK_FALSE(model.norm_after_embedding);
  CHECK(model.final_norm);
  CHECK(model.rotary_positions);
  CHECK(model.qk_norm);
}

TEST_CASE("experts are as wide as the feed-forward, shared ones as wide as the others") {
  const Experts plain = *transformer(", feed_forward: 96, experts: {count: 8, per_token: 2}").experts;
  CHECK(plain.count == 8);
  CHECK(plain.per_token == 2);
  CHECK(plain.feed_forward == 96);
  CHECK(plain.shared_feed_forward == 0);
  CHECK_FALSE(plain.capacity_factor);
  CHECK_FALSE(plain.imbalance);
  const Experts all = *transformer(
                           ", experts: {count: 8, per_token: 2, feed_forward: 32, shared: 2, dense_layers: 3, "
                           "imbalance: 1.5, node_limit: 4}")
                           .experts;
  CHECK(all.shared_feed_forward == 64);
  CHECK(all.dense_layers == 3);
  CHECK(all.imbalance == 1.5);
  CHECK(all.node_limit == 4);
  CHECK(transformer(", experts: {count: 8, per_token: 2, capacity_factor: 1.25, shared_feed_forward: 80}")
            .experts->capacity_factor == 1.25);
}

TEST_CASE("a transformer's keys that contradict each other are refused") {
  CHECK(refused_transformer(", kv_heads: 3") ==
        "model.kv_heads: 8 heads do not share 3 heads of keys and values evenly\n"
        "  way out: give a divisor of heads; 1 is multi-query attention");
  CHECK(refused_transformer(", block: parallel") ==
        "model.block: attention and feed-forward side by side begin with their norms\n"
        "  way out: add final_norm: true");
  CHECK(refused_transformer(", relative_positions: true, gated: true") ==
        "model.gated: a transformer with relative positions, memory or two streams has no such choice\n"
        "  way out: remove the line");
  CHECK(refused_transformer(", decoder_layers: 2, experts: {count: 8, per_token: 2}") ==
        "model.experts: a transformer with a decoder has no such choice\n  way out: remove the line");
  CHECK(refused_transformer(", final_norm: true, block: parallel, experts: {count: 8, per_token: 2}") ==
        "model.experts: experts stand in blocks of attention, then feed-forward\n"
        "  way out: remove block or experts");
  CHECK(refused_transformer(", norm: rms") ==
        "model.norm: rms is none of the norms\n  way out: the norms are: layer_norm, rms_norm");
}

TEST_CASE("experts that cannot be are refused") {
  CHECK(refused_transformer(", experts: {count: 8, per_token: 9}") ==
        "model.experts.per_token: 9 is not a count of experts: it must be at most 8\n"
        "  way out: give the experts of a token, at most 8");
  CHECK(refused_transformer(", experts: {count: 8, per_token: 2, dense_layers: 4}") ==
        "model.experts.dense_layers: 4 is not a count of layers: it must be at most 3\n"
        "  way out: give the first layers without experts, fewer than 4");
  CHECK(refused_transformer(", experts: {count: 8, per_token: 2, capacity_factor: 1, imbalance: 2}") ==
        "model.experts.imbalance: stands beside capacity_factor, which makes all experts' rows alike\n"
        "  way out: keep one of them");
  CHECK(refused_transformer(", experts: {count: 8, per_token: 2, shared: 1, shared_feed_forward: 8}") ==
        "model.experts.shared: stands beside shared_feed_forward, the width of the shared experts together\n"
        "  way out: keep one of them");
  CHECK(refused_transformer(", experts: {count: 8, per_token: 2, imbalance: 0.5}") ==
        "model.experts.imbalance: 0.5 is not an imbalance: it must be at least 1\n"
        "  way out: give the busiest expert's rows over the mean, for example 1.3");
}

}  // namespace podsim::catalog
