#include "workload/layer_builder.hpp"

#include "workload/expected.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using namespace podsim::workload;

TEST_CASE("a fused attention moves queries, keys, values and its result, and makes the scores again") {
  LayerBuilder builder("attention", mixed_stack());
  builder.fused_attention("attention", {.sequences = 2, .heads = 3, .queries = 8, .keys = 16, .head_size = 4});
  const Layer layer = builder.build();
  const double queries = 2 * 3 * 8 * 4;
  const double keys = 2 * 3 * 16 * 4;
  REQUIRE(layer.forward.size() == 1);
  CHECK(layer.forward[0].kind == OperationKind::fused_attention);
  CHECK(layer.forward[0].flops() == 2 * 2.0 * 6 * 8 * 16 * 4);
  CHECK(layer.forward[0].bytes == (2 * queries + 2 * keys) * 2);
  REQUIRE(layer.backward.size() == 2);
  CHECK(layer.backward[1].flops() + layer.backward[0].flops() == 2.5 * layer.forward[0].flops());
}

TEST_CASE("a causal kernel skips half of the scores, which still count as the model's") {
  LayerBuilder builder("attention", mixed_stack());
  builder.fused_attention("attention",
                          {.sequences = 1, .heads = 1, .queries = 8, .keys = 8, .head_size = 4, .causal = true});
  Graph graph;
  graph.layers.push_back(builder.build());
  CHECK(graph.forward_flops() == 2.0 * 8 * 8 * 4);
  CHECK(graph.model_flops() == 3 * 4.0 * 8 * 8 * 4);
}

TEST_CASE("work that the model does not ask for is no model operation") {
  LayerBuilder builder("attention", mixed_stack());
  builder.fused_attention("attention", {.sequences = 1, .heads = 1, .queries = 8, .keys = 8, .head_size = 4});
  builder.lookup_product("lookup", 8, 100, 4);
  Graph graph;
  graph.layers.push_back(builder.build());
  CHECK(graph.forward_flops() == 4.0 * 8 * 8 * 4);
  CHECK(graph.backward_flops() == 2 * graph.forward_flops());
}

TEST_CASE("images in another layout than the tensor cores' are turned round before and after") {
  catalog::Stack stack = mixed_stack();
  stack.kernels.convolution_layout = catalog::ConvolutionLayout::nchw;
  LayerBuilder builder("layer", stack);
  builder.weighted({.name = "conv", .rows = 10, .in = 3, .out = 4, .taps = 9, .input_rows = 20, .image = true});
  const Layer layer = builder.build();
  const double activations = (20 * 3 + 10 * 4) * 2;
  check(layer.forward, {moves("conv layout", 2 * activations), {"conv", 1, 10, 4, 27, activations + 108 * 4}});
  CHECK(layer.backward.back().name == "conv layout gradient");
  CHECK(layer.backward.back().bytes == 2 * activations);
  CHECK(layer.forward[1].left_contiguous == 3);
}

TEST_CASE("a convolution needs no more than 1.5 products an output and channel, a 1x1 one all of its own") {
  for (const double taps : {1.0, 2.0, 9.0, 25.0}) {
    LayerBuilder builder("layer", mixed_stack());
    builder.weighted({.name = "conv", .rows = 10, .in = 3, .out = 4, .taps = taps, .input_rows = 20});
    Graph graph;
    graph.layers.push_back(builder.build());
    const double sum = 2.0 * 10 * 3 * 4 * taps;
    CHECK(graph.forward_flops() == sum);
    CHECK(graph.model_flops() == 3 * sum);
    CHECK(graph.fewest_flops() == Approx(3 * 2.0 * 10 * 3 * 4 * (taps == 1 ? 1 : 1.5)));
  }
}

TEST_CASE("a product of matrices needs all of its products, and what the model does not ask for none") {
  LayerBuilder builder("layer", mixed_stack());
  builder.dense("dense", 5, 6, 7);
  builder.lookup_product("lookup", 8, 100, 4);
  Graph graph;
  graph.layers.push_back(builder.build());
  CHECK(graph.fewest_flops() == 3 * 2.0 * 5 * 6 * 7);
}

TEST_CASE("what the attention core keeps is told apart") {
  LayerBuilder builder("layer", mixed_stack());
  builder.keep(10);
  builder.begin_core();
  builder.product("scores", 1, 2, 3, 4);
  builder.keep(5);
  builder.end_core();
  builder.input(7);
  const Layer layer = builder.build();
  CHECK(layer.saved_bytes == 30);
  CHECK(layer.core_saved_bytes == 10);
  CHECK(layer.input_bytes == 14);
  CHECK(layer.forward[0].attention_core);
}
