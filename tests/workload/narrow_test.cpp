#include "workload/architectures.hpp"
#include "workload/expected.hpp"
#include "workload/transformer/transformer.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>

using namespace podsim;
using namespace podsim::workload;

namespace {

using Texts = std::vector<std::string>;

/// 2 sequences of 8 tokens of 16 elements: 256 elements, 512 bytes; the feed-forward is 64 wide.
constexpr double kElements = 256;

Graph tiny_with(const catalog::Stack& stack, const Shard& shard = {}) {
  return expand_transformer(gpt_like(1, 16, 4, 32, 8), {.name = "", .sequence_length = 8}, 2, stack, shard);
}

catalog::Stack fused_stack() {
  catalog::Stack stack = mixed_stack();
  stack.kernels.attention = catalog::Attention::fused;
  return stack;
}

catalog::Stack narrow_stack() {
  catalog::Stack stack = fused_stack();
  stack.formats.linear = catalog::NumberFormat::fp8;
  return stack;
}

double bytes_of(const std::vector<Operation>& operations, const std::string& ending) {
  double bytes = 0;
  for (const Operation& operation : operations) bytes += operation.name.ends_with(ending) ? operation.bytes : 0;
  return bytes;
}

int narrow_products(const std::vector<Operation>& operations) {
  return static_cast<int>(
      std::count_if(operations.begin(), operations.end(), [](const Operation& operation) { return operation.linear; }));
}

}  // namespace

TEST_CASE("linear layers of a block may have a format of their own, and their operands are cast") {
  const Layer block = tiny_with(narrow_stack()).layers[1];
  // Query, key, value, output, two of the feed-forward; each with two gradients.
  CHECK(narrow_products(block.forward) == 6);
  CHECK(narrow_products(block.backward) == 12);
  // Inputs: of query, key and value together, of the output, of the feed-forward's two: (1 + 1 + 1 + 4) sbh, at 1.5
  // passes of two bytes. Gradients: of three, of one, of the four-fold and of one.
  CHECK(bytes_of(block.forward, " cast") == 7 * kElements * 3);
  CHECK(bytes_of(block.backward, " cast") == 9 * kElements * 3);
  const Graph graph = tiny_with(narrow_stack());
  CHECK(narrow_products(graph.layers.back().forward) == 0);
  CHECK(graph.model_flops() == tiny_with(fused_stack()).model_flops());
  CHECK(bytes_of(tiny_with(fused_stack()).layers[1].forward, " cast") == 0);
}

TEST_CASE("what a tensor group gathers for narrow products has been cast") {
  const Shard shard{.tensor = 2, .sequence = true};
  const Layer wide = tiny_with(fused_stack(), shard).layers[1];
  const Layer narrow = tiny_with(narrow_stack(), shard).layers[1];
  for (const auto exchanges : {&Layer::forward_exchanges, &Layer::backward_exchanges}) {
    CHECK(sum_of(narrow.*exchanges, ExchangeKind::all_gather).bytes * 2 ==
          sum_of(wide.*exchanges, ExchangeKind::all_gather).bytes);
    CHECK(sum_of(narrow.*exchanges, ExchangeKind::reduce_scatter).bytes ==
          sum_of(wide.*exchanges, ExchangeKind::reduce_scatter).bytes);
  }
}

TEST_CASE("pipelined gathers and sums travel beside the products but for one piece") {
  catalog::Stack stack = fused_stack();
  stack.kernels.tensor_overlap = catalog::TensorOverlap::pipelined;
  const Layer block = tiny_with(stack, {.tensor = 2, .sequence = true}).layers[1];
  CHECK(texts(block.forward_exchanges, block.forward) ==
        Texts{"all_gather tensor 256: key -> key", "all_gather tensor 256: key -> key and value transpose",
              "reduce_scatter tensor 256: attention output -> attention residual",
              "reduce_scatter tensor 256: attention residual -> attention residual",
              "all_gather tensor 256: feed-forward in -> feed-forward in",
              "all_gather tensor 256: feed-forward in -> GELU",
              "reduce_scatter tensor 256: feed-forward out -> feed-forward residual",
              "reduce_scatter tensor 256: feed-forward residual -> feed-forward residual"});
  const Layer blocking = tiny_with(fused_stack(), {.tensor = 2, .sequence = true}).layers[1];
  for (const ExchangeKind kind : {ExchangeKind::all_gather, ExchangeKind::reduce_scatter}) {
    CHECK(sum_of(block.backward_exchanges, kind).bytes == sum_of(blocking.backward_exchanges, kind).bytes);
  }
  // A sum that all ranks need whole has no pieces.
  const Shard whole{.tensor = 2};
  CHECK(tiny_with(stack, whole).layers[1].forward_exchanges ==
        tiny_with(fused_stack(), whole).layers[1].forward_exchanges);
}

TEST_CASE("of every two or three blocks one is computed again") {
  Graph graph = expand_transformer(gpt_like(7, 16, 4, 32, 8), {.name = "", .sequence_length = 8}, 2, fused_stack(), {});
  const double all = flops_again(graph, catalog::Recompute::full);
  const double core = flops_again(graph, catalog::Recompute::selective);
  recompute_every(graph, 2);
  CHECK(flops_again(graph, catalog::Recompute::full) == Approx(all * 4 / 7));
  CHECK(flops_again(graph, catalog::Recompute::selective) == Approx(core * 4 / 7));
  recompute_every(graph, 3);
  CHECK(flops_again(graph, catalog::Recompute::full) == Approx(all * 3 / 7));
  CHECK(flops_again(graph, catalog::Recompute::none) == 0);
  recompute_every(graph, 1);
  CHECK(flops_again(graph, catalog::Recompute::full) == all);
}
