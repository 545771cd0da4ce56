#include "workload/transformer/transformer.hpp"

#include "workload/expected.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using namespace podsim::workload;

namespace {

/// One block of BERT's kind: 3 examples of 6 tokens make 18 rows, 2 of 6 tokens are predicted.
catalog::Transformer small_bert() {
  catalog::Transformer model;
  model.layers = 1;
  model.hidden = 8;
  model.heads = 2;
  model.feed_forward = 16;
  model.vocabulary = 10;
  model.positions = 6;
  model.segments = 2;
  model.pooler = true;
  model.dense_before_logits = true;
  model.logits_bias = true;
  return model;
}

Graph expand_small_bert(double examples = 3) {
  return expand_transformer(small_bert(), {"", 1, 6, 2}, examples, mixed_stack());
}

/// One block of XLNet's kind: 4 tokens attend to 4 + 3, over 4 + 7 relative positions.
catalog::Transformer small_xlnet() {
  catalog::Transformer model;
  model.layers = 1;
  model.hidden = 8;
  model.heads = 2;
  model.feed_forward = 16;
  model.vocabulary = 10;
  model.segments = 2;
  model.relative_positions = true;
  model.memory_tokens = 3;
  model.query_stream = true;
  model.logits_bias = true;
  return model;
}

}  // namespace

TEST_CASE("a transformer is embedding, blocks and head") {
  catalog::Transformer model = small_bert();
  model.layers = 2;
  const Graph graph = expand_transformer(model, {"", 1, 6, 2}, 3, mixed_stack());
  REQUIRE(graph.layers.size() == 4);
  CHECK(graph.layers[0].name == "embedding");
  CHECK(graph.layers[1].name == "block 1");
  CHECK(graph.layers[2].name == "block 2");
  CHECK(graph.layers[3].name == "head");
}

TEST_CASE("the parameters of a small transformer are those counted on paper") {
  const Graph graph = expand_small_bert();
  CHECK(graph.layers[0].parameters == 10 * 8 + 6 * 8 + 2 * 8 + 2 * 8);
  CHECK(graph.layers[1].parameters == 4 * (8 * 8 + 8) + (8 * 16 + 16) + (16 * 8 + 8) + 2 * 2 * 8);
  CHECK(graph.layers[2].parameters == 10 + (8 * 8 + 8) + 2 * 8 + (8 * 8 + 8) + (8 * 2 + 2));
  CHECK(graph.parameters() == 948);
}

TEST_CASE("a bias on the logits is one parameter for each word and no operation") {
  catalog::Transformer model = small_bert();
  model.logits_bias = false;
  const Graph without = expand_transformer(model, {"", 1, 6, 2}, 3, mixed_stack());
  CHECK(without.parameters() == 948 - 10);
  CHECK(without.layers.back().forward == expand_small_bert().layers.back().forward);
  CHECK(without.layers.back().backward == expand_small_bert().layers.back().backward);
}

TEST_CASE("the forward pass of a block has the operations counted on paper") {
  check(expand_small_bert().layers[1].forward, {{"key", 1, 18, 8, 8, (144 + 144) * 2 + 64 * 4},
                                                {"value", 1, 18, 8, 8, 832},
                                                moves("key and value transpose", 288 * 4),
                                                {"query", 1, 18, 8, 8, 832},
                                                moves("query transpose", 144 * 4),
                                                {"scores", 6, 6, 6, 4, 6 * (24 + 24 + 36) * 2},
                                                moves("softmax", 216 * 14),
                                                moves("attention dropout", 216 * 5),
                                                {"context", 6, 6, 4, 6, 6 * (36 + 24 + 24) * 2},
                                                moves("context transpose", 144 * 4),
                                                {"attention output", 1, 18, 8, 8, 832},
                                                moves("attention dropout and residual", 144 * 7),
                                                moves("attention layer norm", 144 * 4),
                                                {"feed-forward in", 1, 18, 16, 8, (144 + 288) * 2 + 128 * 4},
                                                moves("GELU", 288 * 4),
                                                {"feed-forward out", 1, 18, 8, 16, 1376},
                                                moves("feed-forward dropout and residual", 144 * 7),
                                                moves("feed-forward layer norm", 144 * 4)});
}

TEST_CASE("the backward pass of a block runs the other way, with a gradient of each operand") {
  check(expand_small_bert().layers[1].backward, {moves("feed-forward layer norm gradient", 144 * 10),
                                                 moves("feed-forward dropout and residual gradient", 144 * 11),
                                                 {"feed-forward out dgrad", 1, 18, 16, 8, 1376},
                                                 {"feed-forward out wgrad", 1, 16, 8, 18, (288 + 144) * 2 + 128 * 2},
                                                 moves("GELU gradient", 288 * 8),
                                                 {"feed-forward in dgrad", 1, 18, 8, 16, 1376},
                                                 {"feed-forward in wgrad", 1, 8, 16, 18, 1120},
                                                 moves("attention layer norm gradient", 144 * 10),
                                                 moves("attention dropout and residual gradient", 144 * 11),
                                                 {"attention output dgrad", 1, 18, 8, 8, 832},
                                                 {"attention output wgrad", 1, 8, 8, 18, (144 + 144) * 2 + 64 * 2},
                                                 moves("context transpose gradient", 144 * 4),
                                                 {"context right gradient", 6, 6, 4, 6, 1008},
                                                 {"context left gradient", 6, 6, 6, 4, 1008},
                                                 moves("attention dropout gradient", 216 * 5),
                                                 moves("softmax gradient", 216 * 16),
                                                 {"scores right gradient", 6, 4, 6, 6, 1008},
                                                 {"scores left gradient", 6, 6, 4, 6, 1008},
                                                 moves("query transpose gradient", 144 * 6),
                                                 {"query dgrad", 1, 18, 8, 8, 832},
                                                 {"query wgrad", 1, 8, 8, 18, 704},
                                                 moves("key and value transpose gradient", 288 * 6),
                                                 {"value dgrad", 1, 18, 8, 8, 832},
                                                 {"value wgrad", 1, 8, 8, 18, 704},
                                                 {"key dgrad", 1, 18, 8, 8, 832},
                                                 {"key wgrad", 1, 8, 8, 18, 704}});
}

TEST_CASE("the embedding moves memory and multiplies nothing") {
  const Layer embedding = expand_small_bert().layers[0];
  check(embedding.forward, {moves("word lookup", 144 * 4), moves("position sum", 144 * 4),
                            moves("segment sum", 144 * 4), moves("layer norm", 144 * 4), moves("dropout", 144 * 5)});
  check(embedding.backward, {moves("dropout gradient", 144 * 5), moves("layer norm gradient", 144 * 10),
                             moves("segment sum gradient", 144 * 2), moves("position sum gradient", 144 * 2),
                             moves("word lookup gradient", 144 * 6)});
}

TEST_CASE("the head computes logits of the predicted tokens only") {
  check(expand_small_bert().layers[2].forward, {moves("prediction gather", 48 * 4),
                                                {"transform", 1, 6, 8, 8, (48 + 48) * 2 + 64 * 4},
                                                moves("GELU", 48 * 4),
                                                moves("layer norm", 48 * 4),
                                                {"logits", 1, 6, 10, 8, (48 + 60) * 2 + 80 * 4},
                                                moves("softmax loss", 60 * 30),
                                                {"pooler", 1, 3, 8, 8, (24 + 24) * 2 + 64 * 4},
                                                moves("pooler tanh", 24 * 4),
                                                {"classifier", 1, 3, 2, 8, (24 + 6) * 2 + 16 * 4},
                                                moves("softmax loss", 6 * 30)});
}

TEST_CASE("without a count of predictions the logits of all tokens are computed") {
  const Graph graph = expand_transformer(small_bert(), {"", 1, 6, 0}, 3, mixed_stack());
  const Operation& first = graph.layers[2].forward.front();
  CHECK(first.name == "transform");
  CHECK(first.m == 18);
}

TEST_CASE("a transformer keeps products, layer norm inputs, softmax and a byte per dropout decision") {
  const Graph graph = expand_small_bert();
  CHECK(graph.layers[0].saved_bytes == 144 * 2 + 144);
  const double key_value_query_context = (288 + 144 + 144) * 2;
  const double softmax_and_mask = 216 * 2 + 216;
  const double norms_and_masks = 2 * (144 * 2 + 144);
  CHECK(graph.layers[1].saved_bytes == key_value_query_context + softmax_and_mask + norms_and_masks + 288 * 2);
  CHECK(graph.layers[2].saved_bytes == (48 + 48 + 60 + 24 + 6) * 2);
}

TEST_CASE("four-byte activations double the bytes of memory operations") {
  catalog::Stack stack = mixed_stack();
  stack.formats.activation = catalog::NumberFormat::fp32;
  const Graph wide = expand_transformer(small_bert(), {"", 1, 6, 2}, 3, stack);
  const Graph narrow = expand_small_bert();
  for (size_t i = 0; i < narrow.layers[1].forward.size(); ++i) {
    const Operation& operation = narrow.layers[1].forward[i];
    if (operation.kind != OperationKind::memory) continue;
    CHECK(wide.layers[1].forward[i].bytes == 2 * operation.bytes);
  }
}

TEST_CASE("backward takes twice the products of forward") {
  const Graph graph = expand_small_bert();
  CHECK(graph.backward_flops() == 2 * graph.forward_flops());
}

TEST_CASE("operations and kept bytes are linear in the examples, parameters do not change") {
  const Graph two = expand_small_bert(2);
  const Graph six = expand_small_bert(6);
  CHECK(six.forward_flops() == 3 * two.forward_flops());
  CHECK(six.backward_flops() == 3 * two.backward_flops());
  CHECK(six.saved_bytes() == 3 * two.saved_bytes());
  CHECK(six.parameters() == two.parameters());
}

TEST_CASE("two-stream attention has the products counted on paper") {
  const Graph graph = expand_transformer(small_xlnet(), {"", 1, 4, 2}, 1, mixed_stack());
  std::vector<Operation> products;
  for (const Operation& operation : graph.layers[1].forward) {
    if (operation.kind == OperationKind::matrix) products.push_back(operation);
  }
  check(products, {{"key", 1, 7, 8, 8, (56 + 56) * 2 + 64 * 4},
                   {"value", 1, 7, 8, 8, 480},
                   {"positions", 1, 11, 8, 8, (88 + 88) * 2 + 64 * 4},
                   {"query", 1, 4, 8, 8, (32 + 32) * 2 + 64 * 4},
                   {"scores", 2, 4, 7, 4, 2 * (16 + 28 + 28) * 2},
                   {"position scores", 2, 4, 11, 4, 2 * (16 + 44 + 44) * 2},
                   {"context", 2, 4, 4, 7, 2 * (28 + 28 + 16) * 2},
                   {"attention output", 1, 4, 8, 8, 384},
                   {"feed-forward in", 1, 4, 16, 8, (32 + 64) * 2 + 128 * 4},
                   {"feed-forward out", 1, 4, 8, 16, 704},
                   {"query-stream query", 1, 2, 8, 8, (16 + 16) * 2 + 64 * 4},
                   {"query-stream query spread", 1, 4, 8, 2, (8 + 16 + 32) * 2},
                   {"query-stream scores", 2, 4, 7, 4, 288},
                   {"query-stream position scores", 2, 4, 11, 4, 416},
                   {"query-stream context", 2, 4, 4, 7, 288},
                   {"query-stream context pick", 1, 2, 8, 4, (8 + 32 + 16) * 2},
                   {"query-stream attention output", 1, 2, 8, 8, 320},
                   {"query-stream feed-forward in", 1, 2, 16, 8, (16 + 32) * 2 + 128 * 4},
                   {"query-stream feed-forward out", 1, 2, 8, 16, 608}});
}

TEST_CASE("relative attention shifts 11 positions to 7 keys and adds three scores") {
  const Graph graph = expand_transformer(small_xlnet(), {"", 1, 4, 2}, 1, mixed_stack());
  const std::vector<Operation>& forward = graph.layers[1].forward;
  check({forward.begin() + 8, forward.begin() + 12},
        {moves("relative shift", 2 * 4 * (11 + 7) * 2), moves("segment scores", 56 * 2), moves("score sum", 4 * 56 * 2),
         moves("softmax", 56 * 14)});
}

TEST_CASE("position embeddings and token masks are data: they have no gradient") {
  const Graph graph = expand_transformer(small_xlnet(), {"", 1, 4, 2}, 1, mixed_stack());
  const double positions = 2 * 11 * 8 * 8;
  const double spread = 2 * 4 * 8 * 2;
  const double pick = 2 * 2 * 8 * 4;
  CHECK(graph.forward_flops() == 11584);
  CHECK(graph.backward_flops() == 2 * 11584 - positions - spread - pick);
}

TEST_CASE("relative attention has no projection biases but its own, per layer") {
  const Graph graph = expand_transformer(small_xlnet(), {"", 1, 4, 2}, 1, mixed_stack());
  CHECK(graph.layers[0].parameters == 10 * 8 + 8);
  CHECK(graph.layers[1].parameters == 5 * 64 + 3 * 8 + 2 * 8 + (8 * 16 + 16) + (16 * 8 + 8) + 2 * 2 * 8);
  CHECK(graph.layers[2].parameters == 10);
}

TEST_CASE("a decoder attends to its own tokens and to those of the source") {
  catalog::Transformer model;
  model.layers = 1;
  model.decoder_layers = 1;
  model.hidden = 8;
  model.heads = 2;
  model.feed_forward = 16;
  model.vocabulary = 10;
  const Graph graph =
      expand_transformer(model, {.name = "", .sequence_length = 6, .target_length = 4}, 3, mixed_stack());
  REQUIRE(graph.layers.size() == 5);
  CHECK(graph.layers[2].name == "target embedding");
  CHECK(graph.layers[2].parameters == 0);
  const Layer& decoder = graph.layers[3];
  CHECK(decoder.name == "decoder block 1");
  CHECK(decoder.parameters == 2 * 4 * (64 + 8) + (8 * 16 + 16) + (16 * 8 + 8) + 3 * 2 * 8);
  std::vector<Operation> scores;
  for (const Operation& operation : decoder.forward) {
    if (operation.name == "scores" || operation.name == "source scores") scores.push_back(operation);
  }
  check(scores,
        {{"scores", 6, 4, 4, 4, 6 * (16 + 16 + 16) * 2}, {"source scores", 6, 4, 6, 4, 6 * (16 + 24 + 24) * 2}});
  CHECK(graph.layers[4].forward[0].m == 3 * 4);
}
