#include "workload/transformer/experts.hpp"

#include "workload/architectures.hpp"
#include "workload/expected.hpp"

#include <catch2/catch.hpp>

#include <cmath>

using namespace podsim;
using namespace podsim::workload;

namespace {

using Texts = std::vector<std::string>;

/// 8 experts, 2 a token; 2 sequences of 8 tokens of 16 elements.
catalog::Transformer tiny_experts(std::optional<double> imbalance = 1) {
  catalog::Transformer model = llama_like(2, 16, 4, 4, 32, 64);
  model.experts = catalog::Experts{.count = 8, .per_token = 2, .feed_forward = 24, .imbalance = imbalance};
  return model;
}

Graph expand_tiny(const catalog::Transformer& model, const Shard& shard) { return expand_fused(model, shard, 2, 8); }

double flops_of_experts(const Graph& graph) {
  double flops = 0;
  for (const Operation& operation : graph.layers[1].forward) {
    if (operation.name.starts_with("expert ")) flops += operation.flops();
  }
  return flops;
}

ExpertLoad load_of(const catalog::Experts& experts, const Shard& shard, double tokens) {
  TransformerShape shape;
  shape.examples = 1;
  shape.queries = tokens;
  shape.shard = shard;
  return expert_load(experts, shape);
}

}  // namespace

TEST_CASE("a token's rows go to the experts and back, in each pass") {
  const Layer block = expand_tiny(tiny_experts(), {.expert = 4}).layers[1];
  // tokens x k x h x bytes = 16 x 2 x 16 x 2
  CHECK(texts(block.forward_exchanges, block.forward) ==
        Texts{"all_to_all expert 1024: expert feed-forward gate -> expert feed-forward gate",
              "all_to_all expert 1024: weighted sum -> weighted sum"});
  CHECK(texts(block.backward_exchanges, block.backward) ==
        Texts{"all_to_all expert 1024: expert feed-forward out dgrad -> expert feed-forward out dgrad",
              "all_to_all expert 1024: permutation gradient -> permutation gradient"});
}

TEST_CASE("Mixtral's dispatch is 67.1 MB of 4,096 tokens, 7.52 GB sent for 32 layers") {
  catalog::Transformer model = llama_like(32, 4096, 32, 8, 14336, 32000);
  model.experts = catalog::Experts{.count = 8, .per_token = 2, .feed_forward = 14336, .imbalance = 1};
  const Graph graph = expand_fused(model, {.expert = 8}, 1, 4096);
  CHECK(graph.layers[1].forward_exchanges[0].bytes == Approx(67.1e6).epsilon(1e-3));
  double sent = 0;
  for (const Layer& layer : graph.layers) {
    for (const auto* exchanges : {&layer.forward_exchanges, &layer.backward_exchanges}) {
      for (const Exchange& exchange : *exchanges) sent += exchange.bytes * 7 / 8;
    }
  }
  CHECK(sent == Approx(7.52e9).epsilon(1e-3));
  for (const Operation& operation : graph.layers[1].forward) {
    if (operation.name != "expert feed-forward in") continue;
    CHECK(operation.batch == 1);
    CHECK(operation.m == 8192);
  }
}

TEST_CASE("a rank's experts are grouped products of their rows") {
  const Layer block = expand_tiny(tiny_experts(), {.expert = 2}).layers[1];
  for (const Operation& operation : block.forward) {
    if (operation.name != "expert feed-forward out") continue;
    CHECK(operation.batch == 4);
    CHECK(operation.m == 8);  // 16 tokens x 2 / 4 experts
    CHECK(operation.n == 16);
    CHECK(operation.k == 24);
    CHECK(operation.bytes == (32 * 24 + 32 * 16) * 2 + 4 * 24 * 16 * 4);
  }
}

TEST_CASE("experts' parameters are theirs alone where ranks share them") {
  const double experts = 8 * 3 * 16 * 24;
  const double others = 4 * 16 * 16 + 2 * 16 + 16 * 8;
  const Layer whole = expand_tiny(tiny_experts(), {}).layers[1];
  CHECK(whole.parameters == experts + others);
  CHECK(whole.expert_parameters == 0);
  const Layer part = expand_tiny(tiny_experts(), {.expert = 4, .expert_tensor = 2}).layers[1];
  CHECK(part.parameters == others);
  CHECK(part.expert_parameters == experts / 8);
  const Layer tensor = expand_tiny(tiny_experts(), {.tensor = 2, .sequence = true}).layers[1];
  CHECK(tensor.expert_parameters == experts);
  CHECK(tensor.replicated_parameters == 2 * 16 + 16 * 8);
}

TEST_CASE("ranks that share an expert gather its rows and scatter its sums") {
  const Layer block = expand_tiny(tiny_experts(), {.expert = 2, .expert_tensor = 2}).layers[1];
  CHECK(texts(block.forward_exchanges, block.forward) ==
        Texts{"all_to_all expert 1024: expert feed-forward gate -> expert feed-forward gate",
              "all_gather expert_tensor 2048: expert feed-forward gate -> expert feed-forward gate",
              "reduce_scatter expert_tensor 2048: weighted sum -> weighted sum",
              "all_to_all expert 1024: weighted sum -> weighted sum"});
  CHECK(texts(block.backward_exchanges, block.backward) ==
        Texts{"all_to_all expert 1024: expert feed-forward out dgrad -> expert feed-forward out dgrad",
              "all_gather expert_tensor 2048: expert feed-forward out dgrad -> expert feed-forward out dgrad",
              "reduce_scatter expert_tensor 2048: permutation gradient -> permutation gradient",
              "all_to_all expert 1024: permutation gradient -> permutation gradient"});
}

TEST_CASE("the ranks' model operations are the whole model's, whatever the routing") {
  for (const std::optional<double> imbalance :
       {std::optional<double>(1), std::optional<double>(2), std::optional<double>()}) {
    const catalog::Transformer model = tiny_experts(imbalance);
    const Graph whole = expand_tiny(model, {});
    for (const Shard& shard : {Shard{.expert = 4}, Shard{.tensor = 2, .sequence = true, .expert = 2},
                               Shard{.tensor = 2, .sequence = true, .context = 2, .expert = 4, .expert_tensor = 2}}) {
      CAPTURE(imbalance.value_or(0), shard.tensor, shard.context);
      CHECK(shard.tensor * shard.context * expand_tiny(model, shard).model_flops() == Approx(whole.model_flops()));
    }
  }
}

TEST_CASE("the busiest rank paces, less so the more experts it has") {
  const Graph even = expand_tiny(tiny_experts(1), {.expert = 8});
  const Graph uneven = expand_tiny(tiny_experts(2), {.expert = 8});
  CHECK(flops_of_experts(uneven) == Approx(2 * flops_of_experts(even)));
  CHECK(uneven.layers[1].forward_exchanges[0].bytes == 2 * even.layers[1].forward_exchanges[0].bytes);
  const catalog::Experts experts{.count = 256, .per_token = 8, .feed_forward = 1, .imbalance = 2};
  CHECK(load_of(experts, {.expert = 256}, 64).imbalance == 2);
  CHECK(load_of(experts, {.expert = 64}, 64).imbalance == 1.5);
  CHECK(load_of(experts, {}, 64).imbalance == 1);
  // 4,096 tokens x 8 / 256 experts = 128 rows each: Gaussian maximum of 256
  catalog::Experts random = experts;
  random.imbalance.reset();
  CHECK(load_of(random, {.expert = 256}, 16).imbalance == Approx(1 + std::sqrt(2 * std::log(256.0) / 128)));
}

TEST_CASE("a capacity pads every expert to the same rows") {
  const catalog::Experts experts{.count = 8, .per_token = 2, .feed_forward = 4, .capacity_factor = 1.3};
  const ExpertLoad load = load_of(experts, {.expert = 4}, 16);
  CHECK(load.sent_rows == 8 * 6);  // ceil(4 x 1.3) = 6 rows an expert
  CHECK(load.rows == 48);
  CHECK(load.imbalance == 1);
  CHECK(load.useful_share == Approx(32.0 / 48));
}

TEST_CASE("first layers may be dense, and shared experts see all tokens") {
  catalog::Transformer model = tiny_experts();
  model.experts->dense_layers = 1;
  model.experts->shared_feed_forward = 48;
  const Graph graph = expand_tiny(model, {.tensor = 2, .sequence = true, .expert = 2});
  CHECK(graph.layers[1].expert_parameters == 0);
  CHECK(graph.layers[2].expert_parameters > 0);
  CHECK(graph.layers[2].name == "block 2");
  bool found = false;
  for (const Operation& operation : graph.layers[2].forward) {
    if (operation.name != "shared feed-forward in") continue;
    found = true;
    CHECK(operation.m == 16);
    CHECK(operation.n == 24);
  }
  CHECK(found);
  CHECK(sum_of(graph.layers[2].forward_exchanges, ExchangeKind::all_gather).count == 2);
  CHECK(sum_of(graph.layers[2].forward_exchanges, ExchangeKind::reduce_scatter).count == 2);
}
