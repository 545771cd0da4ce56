#include "workload/architectures.hpp"
#include "workload/expected.hpp"
#include "workload/models/expand.hpp"
#include "workload/transformer/transformer.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using namespace podsim::workload;

namespace {

using Texts = std::vector<std::string>;

/// 2 sequences of 8 tokens of 16 elements: 2sbh = 512 bytes.
constexpr double kHidden = 512;

catalog::Transformer tiny_gpt() { return gpt_like(1, 16, 4, 32, 8); }

Graph tiny(const Shard& shard) { return expand_fused(tiny_gpt(), shard, 2, 8); }

const Shard kTensor{.tensor = 2};
const Shard kSequence{.tensor = 2, .sequence = true};

}  // namespace

TEST_CASE("tensor parallelism has two all-reduces a block forward and two beside weight gradients backward") {
  const Layer block = tiny(kTensor).layers[1];
  CHECK(texts(block.forward_exchanges, block.forward) ==
        Texts{"all_reduce tensor 512: attention residual -> attention residual",
              "all_reduce tensor 512: feed-forward residual -> feed-forward residual"});
  CHECK(texts(block.backward_exchanges, block.backward) ==
        Texts{"all_reduce tensor 512: feed-forward in wgrad -> feed-forward layer norm gradient",
              "all_reduce tensor 512: query wgrad -> attention layer norm gradient"});
}

TEST_CASE("sequence parallelism gathers and scatters, and gathers inputs again beside their gradients") {
  const Layer block = tiny(kSequence).layers[1];
  CHECK(texts(block.forward_exchanges, block.forward) ==
        Texts{"all_gather tensor 512: key -> key",
              "reduce_scatter tensor 512: attention residual -> attention residual",
              "all_gather tensor 512: feed-forward in -> feed-forward in",
              "reduce_scatter tensor 512: feed-forward residual -> feed-forward residual"});
  CHECK(texts(block.backward_exchanges, block.backward) ==
        Texts{"all_gather tensor 512: feed-forward out dgrad -> feed-forward out dgrad",
              "all_gather tensor 512: feed-forward in dgrad -> feed-forward in wgrad",
              "reduce_scatter tensor 512: feed-forward in wgrad -> feed-forward layer norm gradient",
              "all_gather tensor 512: attention output dgrad -> attention output dgrad",
              "all_gather tensor 512: query dgrad -> query wgrad",
              "reduce_scatter tensor 512: query wgrad -> attention layer norm gradient"});
}

TEST_CASE("bytes that a rank sends for a block are the table's") {
  for (const int t : {2, 4}) {
    CAPTURE(t);
    const double share = (t - 1.0) / t;
    const auto sent = [&](const std::vector<Exchange>& exchanges) {
      return share * (2 * sum_of(exchanges, ExchangeKind::all_reduce).bytes +
                      sum_of(exchanges, ExchangeKind::all_gather).bytes +
                      sum_of(exchanges, ExchangeKind::reduce_scatter).bytes);
    };
    const double unit = share * kHidden / 2;  // (t-1)/t sbh
    const Layer plain = tiny({.tensor = t}).layers[1];
    const Layer sequence = tiny({.tensor = t, .sequence = true}).layers[1];
    CHECK(sent(plain.forward_exchanges) == 8 * unit);
    CHECK(sent(plain.backward_exchanges) == 8 * unit);
    CHECK(sent(sequence.forward_exchanges) == 8 * unit);
    CHECK(sent(sequence.backward_exchanges) == 12 * unit);
  }
}

TEST_CASE("the embedding sums vectors, the head gathers its input and reduces three numbers a token") {
  const Graph plain = tiny(kTensor);
  CHECK(texts(plain.layers[0].forward_exchanges, plain.layers[0].forward) ==
        Texts{"all_reduce tensor 512: position sum -> position sum"});
  CHECK(plain.layers[0].backward_exchanges.empty());
  const double loss = 4 * 2 * 8;
  CHECK(texts(plain.layers[2].forward_exchanges, plain.layers[2].forward) ==
        Texts{"all_reduce tensor 64: softmax loss -> softmax loss", "all_reduce tensor 64: end -> end",
              "all_reduce tensor 64: end -> end"});
  CHECK(plain.layers[2].forward_exchanges[0].bytes == loss);
  CHECK(texts(plain.layers[2].backward_exchanges, plain.layers[2].backward) ==
        Texts{"all_reduce tensor 512: logits wgrad -> final layer norm gradient"});
  const Graph sequence = tiny(kSequence);
  CHECK(texts(sequence.layers[0].forward_exchanges, sequence.layers[0].forward) ==
        Texts{"reduce_scatter tensor 512: position sum -> position sum"});
  CHECK(texts(sequence.layers[0].backward_exchanges, sequence.layers[0].backward) ==
        Texts{"all_gather tensor 512: word lookup gradient -> word lookup gradient"});
  CHECK(texts(sequence.layers[2].forward_exchanges, sequence.layers[2].forward).front() ==
        "all_gather tensor 512: logits -> logits");
  CHECK(texts(sequence.layers[2].backward_exchanges, sequence.layers[2].backward) ==
        Texts{"all_gather tensor 512: logits dgrad -> logits wgrad",
              "reduce_scatter tensor 512: logits wgrad -> final layer norm gradient"});
}

TEST_CASE("a tensor rank has half the columns, rows, heads and words, and as many operations") {
  const Graph whole = tiny({});
  const Layer half = tiny(kSequence).layers[1];
  CHECK(half.forward.size() == whole.layers[1].forward.size());
  CHECK(half.backward.size() == whole.layers[1].backward.size());
  const auto named = [&](const std::string& name) {
    for (const Operation& operation : half.forward) {
      if (operation.name == name) return operation;
    }
    FAIL(name);
    return Operation{};
  };
  CHECK(named("query").n == 8);
  CHECK(named("query").k == 16);
  CHECK(named("attention").batch == 2 * 2 / 2.0);
  CHECK(named("attention output").k == 8);
  CHECK(named("feed-forward in").n == 32);
  CHECK(named("feed-forward out").k == 32);
  CHECK(named("feed-forward out").m == 16);
  CHECK(named("attention residual").bytes == 16 * 16 / 2 * 6);
  CHECK(tiny(kTensor).layers[1].forward.back().bytes == 16 * 16 * 6);
  CHECK(tiny(kSequence).layers[2].forward[1].n == 16);
}

TEST_CASE("what the ranks of a tensor group have and do is the whole model") {
  const catalog::Transformer models[] = {tiny_gpt(), llama_like(2, 16, 4, 4, 32, 64), llama_like(1, 32, 8, 8, 64, 64)};
  for (const catalog::Transformer& model : models) {
    const Graph whole = expand_fused(model, {}, 2, 8);
    for (const int t : {2, 4}) {
      for (const bool sequence : {false, true}) {
        CAPTURE(model.hidden, t, sequence);
        const Graph rank = expand_fused(model, {.tensor = t, .sequence = sequence}, 2, 8);
        CHECK(t * rank.model_flops() == whole.model_flops());
        CHECK(t * rank.forward_flops() == whole.forward_flops());
        double replicated = 0;
        for (const Layer& layer : rank.layers) replicated += layer.replicated_parameters;
        CHECK(t * (rank.parameters() - replicated) + replicated == whole.parameters());
        CHECK(replicated > 0);
        if (sequence) CHECK(t * rank.saved_bytes() == whole.saved_bytes());
      }
    }
  }
}

TEST_CASE("heads of keys are copied where there are fewer than ranks") {
  const catalog::Transformer model = llama_like(1, 16, 4, 2, 32, 64);
  const Graph whole = expand_fused(model, {}, 2, 8);
  const Graph rank = expand_fused(model, {.tensor = 4}, 2, 8);
  CHECK(whole.layers[1].forward[1].n == 8);
  CHECK(rank.layers[1].forward[1].name == "key");
  CHECK(rank.layers[1].forward[1].n == 4);  // one head, not half of one
  CHECK(4 * rank.model_flops() - whole.model_flops() == 3 * 2 * 2.0 * 16 * 16 * 8);
}

TEST_CASE("the vocabulary of each rank is padded alike") {
  catalog::Transformer model = tiny_gpt();
  model.vocabulary = 50257;
  catalog::Stack stack = mixed_stack();
  stack.kernels.vocabulary_multiple = 128;
  const Graph rank = expand_transformer(model, {.name = "", .sequence_length = 8}, 1, stack, {.tensor = 4});
  const double words = 50688 / 4.0;  // 99 x 128 x 4
  CHECK(rank.layers[0].parameters == words * 16 + 8 * 16);
  CHECK(rank.layers[2].tied_parameters == words * 16);
  CHECK(rank.layers[2].forward[1].n == words);
}

TEST_CASE("attention and feed-forward side by side have one pair of exchanges") {
  catalog::Transformer model = tiny_gpt();
  model.order = catalog::BlockOrder::parallel_one_norm;
  const Layer block = expand_fused(model, kTensor, 2, 8).layers[1];
  CHECK(texts(block.forward_exchanges, block.forward) == Texts{"all_reduce tensor 512: residual -> residual"});
  CHECK(texts(block.backward_exchanges, block.backward) ==
        Texts{"all_reduce tensor 512: feed-forward in wgrad -> attention layer norm gradient"});
  const Layer sequence = expand_fused(model, kSequence, 2, 8).layers[1];
  CHECK(sequence.forward_exchanges.size() == 2);
  CHECK(sequence.backward_exchanges.size() == 3);
}

TEST_CASE("a shard of ones leaves every transformer as it is") {
  const Graph plain = tiny({});
  for (const Layer& layer : plain.layers) {
    CHECK(layer.forward_exchanges.empty());
    CHECK(layer.backward_exchanges.empty());
    CHECK(layer.expert_parameters == 0);
  }
  const Graph sequence = tiny({.sequence = true});
  for (size_t i = 0; i < plain.layers.size(); ++i) CHECK(plain.layers[i].same_work(sequence.layers[i]));
}
