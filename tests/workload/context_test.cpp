#include "workload/architectures.hpp"
#include "workload/expected.hpp"
#include "workload/transformer/transformer.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using namespace podsim::workload;

namespace {

using Texts = std::vector<std::string>;

/// 4 heads of 4 elements, 2 of them for keys and values, and 16 tokens: 2 sequences x 4 tokens on each of 4 ranks.
catalog::Transformer tiny_llama() { return llama_like(1, 16, 4, 2, 32, 64); }

Layer block_of(ContextMethod method, int tensor = 1) {
  return expand_fused(tiny_llama(), {.tensor = tensor, .context = 4, .method = method}, 2, 16).layers[1];
}

/// 4 b (s/c) d k_v
constexpr double kKeysValues = 4 * 2 * 4 * 4 * 2;

std::vector<Operation> of_kind(const std::vector<Operation>& operations, OperationKind kind) {
  std::vector<Operation> result;
  for (const Operation& operation : operations) {
    if (operation.kind == kind) result.push_back(operation);
  }
  return result;
}

}  // namespace

TEST_CASE("a ring passes keys and values on c - 1 times, each beside a block of attention") {
  const Layer block = block_of(ContextMethod::ring);
  REQUIRE(block.forward_exchanges.size() == 3);
  const size_t first = 7;  // norm, key, value, transpose, query, transpose, rotation
  CHECK(block.forward[first].name == "attention");
  for (const Exchange& exchange : block.forward_exchanges) {
    CHECK(exchange.kind == ExchangeKind::pass_on);
    CHECK(exchange.axis == ShareAxis::context);
    CHECK(exchange.bytes == kKeysValues);
    CHECK(block.forward[exchange.start].name == "attention");
    CHECK(block.forward[exchange.await].name == "attention");
    CHECK(exchange.await > exchange.start);
  }
  CHECK(block.forward_exchanges[0].start == first);
  CHECK(block.forward_exchanges[0].await == first + 1);
  CHECK(block.forward_exchanges[2].await == first + 5);  // attention, then three of attention and sum
  CHECK(of_kind(block.forward, OperationKind::fused_attention).size() == 4);
}

TEST_CASE("on the way back c - 1 keys and values and c of their gradients go round") {
  const Layer block = block_of(ContextMethod::ring);
  CHECK(texts(block.backward_exchanges, block.backward) ==
        Texts{"pass_on context 256: block sum gradient -> block sum gradient",
              "pass_on context 256: block sum gradient -> block sum gradient",
              "pass_on context 256: block sum gradient -> block sum gradient",
              "pass_on context 256: block sum gradient -> attention scores again",
              "pass_on context 256: block sum gradient -> attention scores again",
              "pass_on context 256: attention scores again -> rotary positions gradient",
              "pass_on context 256: rotary positions gradient -> rotary positions gradient"});
  CHECK(kKeysValues == 256);
  int again = 0;
  for (const Exchange& exchange : block.backward_exchanges) again += exchange.name == "keys and values again";
  CHECK(again == 3);
  CHECK(block.backward_exchanges.front().name == "keys and values again");
  CHECK(block.backward_exchanges.back().name == "key and value gradient");
}

TEST_CASE("an all-gather brings all keys and values, again on the way back, and scatters their gradients") {
  const Layer block = block_of(ContextMethod::all_gather);
  CHECK(texts(block.forward_exchanges, block.forward) == Texts{"all_gather context 1024: attention -> attention"});
  CHECK(texts(block.backward_exchanges, block.backward) ==
        Texts{"all_gather context 1024: attention scores again -> attention scores again",
              "reduce_scatter context 1024: rotary positions gradient -> rotary positions gradient"});
  CHECK(4 * kKeysValues == 1024);
}

TEST_CASE("heads are exchanged for tokens before and after the attention, both ways") {
  const Layer block = block_of(ContextMethod::all_to_all);
  // 2 b (s/c) d (a + 2 k_v) with one head of keys for each of four ranks, and 2 b (s/c) d a
  const double per_head = 2 * 2 * 4 * 4;
  CHECK(texts(block.forward_exchanges, block.forward) ==
        Texts{"all_to_all context 768: attention -> attention",
              "all_to_all context 256: context transpose -> context transpose"});
  CHECK(per_head * (4 + 2 * 4) == 768);
  CHECK(per_head * 4 == 256);
  CHECK(texts(block.backward_exchanges, block.backward) ==
        Texts{"all_to_all context 256: attention scores again -> attention scores again",
              "all_to_all context 768: rotary positions gradient -> rotary positions gradient"});
  const Operation attention = of_kind(block.forward, OperationKind::fused_attention).front();
  CHECK(attention.m == 16);
  CHECK(attention.n == 16);
  CHECK(attention.batch == 2 * 1 / 2.0);
}

TEST_CASE("keys and values shrink with the tensor group, one head at least") {
  CHECK(block_of(ContextMethod::ring, 2).forward_exchanges[1].bytes == kKeysValues / 2);
  CHECK(block_of(ContextMethod::ring, 4).forward_exchanges[1].bytes == kKeysValues / 2);
}

TEST_CASE("Llama 3 8B at 131,072 tokens sends 15.0 GB by a ring and 9.4 GB by heads") {
  const catalog::Transformer model = llama_like(32, 4096, 32, 8, 14336, 128256);
  const auto sent = [&](ContextMethod method, double share) {
    const Graph graph = expand_fused(model, {.context = 8, .method = method}, 1, 131072);
    double bytes = 0;
    for (const Layer& layer : graph.layers) {
      for (const Exchange& exchange : layer.forward_exchanges) bytes += share * exchange.bytes;
    }
    return bytes;
  };
  CHECK(sent(ContextMethod::ring, 1) == Approx(15.0e9).epsilon(0.01));
  CHECK(sent(ContextMethod::all_gather, 7.0 / 8) == Approx(15.0e9).epsilon(0.01));
  CHECK(sent(ContextMethod::all_to_all, 7.0 / 8) == Approx(9.4e9).epsilon(0.01));
}

TEST_CASE("the ranks of a context group do the whole model's operations, each the same") {
  catalog::Transformer both_ways = tiny_llama();
  both_ways.causal = false;
  for (const catalog::Transformer& model : {tiny_llama(), both_ways}) {
    for (const catalog::Attention attention : {catalog::Attention::fused, catalog::Attention::unfused}) {
      catalog::Stack stack = mixed_stack();
      stack.kernels.attention = attention;
      const catalog::TrainingPhase phase{.name = "", .sequence_length = 16};
      const Graph whole = expand_transformer(model, phase, 2, stack);
      for (const ContextMethod method : {ContextMethod::ring, ContextMethod::all_gather, ContextMethod::all_to_all}) {
        for (const int tensor : {1, 2}) {
          CAPTURE(model.causal, int(attention), int(method), tensor);
          const Shard shard{.tensor = tensor, .sequence = tensor > 1, .context = 2, .method = method};
          const Graph rank = expand_transformer(model, phase, 2, stack, shard);
          CHECK(2 * tensor * rank.model_flops() == whole.model_flops());
          CHECK(2 * tensor * rank.model_flops_causal() == whole.model_flops_causal());
          CHECK(2 * tensor * rank.forward_flops() == whole.forward_flops());
          CHECK(2 * tensor * rank.saved_bytes() == whole.saved_bytes());
          if (tensor == 1) CHECK(rank.parameters() == whole.parameters());
        }
      }
    }
  }
}
