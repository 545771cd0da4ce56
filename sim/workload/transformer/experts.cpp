#include "workload/transformer/experts.hpp"

#include "workload/transformer/feed_forward.hpp"
#include "workload/transformer/tensor.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

namespace podsim::workload {

namespace {

constexpr double kRouterBytes = 4;  ///< of a logit: routers compute in fp32

double imbalance_of(const catalog::Experts& experts, const Shard& shard, double rows) {
  const double ranks = shard.expert;
  if (ranks == 1) return 1;
  if (experts.imbalance) return 1 + (*experts.imbalance - 1) * std::sqrt(ranks / experts.count);
  return std::min(ranks, 1 + std::sqrt(2 * std::log(ranks) / rows));  // one rank cannot have more than all rows
}

/// One product of each local expert.
WeightedProduct grouped(WeightedProduct product, const ExpertLoad& load) {
  const double experts = load.local_experts;
  product.groups = experts;
  product.rows = product.input_rows = load.rows / experts;
  product.in *= experts;
  product.out *= experts;
  product.model_flops_factor = load.useful_share;
  return product;
}

void route(LayerBuilder& layer, const catalog::Experts& experts, const TransformerShape& shape,
           const ExpertLoad& load) {
  layer.dense("router", load.tokens, shape.hidden, experts.count);
  layer.elementwise("router softmax", load.tokens * experts.count, passes::kRouterSoftmax);
  layer.keep_bytes(kRouterBytes * load.tokens * experts.count);
}

void local_experts(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape,
                   const ExpertLoad& load) {
  const double width = double(model.experts->feed_forward) / shape.shard.expert_tensor;
  keep_input(layer, shape, load.rows * shape.hidden);
  std::vector<WeightedProduct> inputs = feed_forward_inputs(model, "expert ", load.rows, shape.hidden, width);
  for (WeightedProduct& product : inputs) product = grouped(product, load);
  products_of_one_rank(layer, inputs);
  feed_forward_activation(layer, model, shape, "expert ", load.rows * width);
  products_of_one_rank(layer,
                       {grouped(dense_product("expert feed-forward out", load.rows, width, shape.hidden), load)});
}

/// There and back, with the gradients the other way round.
void between_exchanges(LayerBuilder& layer, const TransformerShape& shape, const ExpertLoad& load,
                       const std::function<void()>& add_experts) {
  const bool sends = shape.shard.expert > 1;
  const bool gathers = shape.shard.expert_tensor > 1;
  const double sent = layer.activation_bytes(load.sent_rows * load.imbalance * shape.hidden);
  const double gathered = layer.activation_bytes(load.rows * shape.hidden);
  const auto send = [&](const std::string& name) {
    if (!sends) return;
    blocking_exchange(layer, ShareAxis::expert, ExchangeKind::all_to_all, sent, name);
    blocking_exchange_back(layer, ShareAxis::expert, ExchangeKind::all_to_all, sent, name + " gradient");
  };
  const auto share = [&](ExchangeKind forward, ExchangeKind backward, const std::string& name) {
    if (!gathers) return;
    blocking_exchange(layer, ShareAxis::expert_tensor, forward, gathered, name);
    blocking_exchange_back(layer, ShareAxis::expert_tensor, backward, gathered, name + " gradient");
  };
  send("dispatch");
  share(ExchangeKind::all_gather, ExchangeKind::reduce_scatter, "expert rows");
  add_experts();
  share(ExchangeKind::reduce_scatter, ExchangeKind::all_gather, "expert sum");
  send("combine");
}

}  // namespace

ExpertLoad expert_load(const catalog::Experts& experts, const TransformerShape& shape) {
  const Shard& shard = shape.shard;
  ExpertLoad load;
  load.tokens = shape.resting(shape.tokens());
  const double asked = load.tokens * experts.per_token;
  load.local_experts = double(experts.count) / shard.expert;
  if (experts.capacity_factor) {
    load.sent_rows = experts.count * std::ceil(asked / experts.count * *experts.capacity_factor);
  } else {
    load.sent_rows = asked;
    load.imbalance = imbalance_of(experts, shard, asked * shard.expert_tensor);
  }
  load.rows = load.sent_rows * load.imbalance * shard.expert_tensor;
  load.useful_share = std::min(1.0, asked / (load.sent_rows * load.imbalance));
  return load;
}

void expert_feed_forward(LayerBuilder& layer, const catalog::Transformer& model, const TransformerShape& shape) {
  const catalog::Experts& experts = *model.experts;
  const ExpertLoad load = expert_load(experts, shape);
  const double h = shape.hidden;
  keep_input(layer, shape, load.tokens * h);
  route(layer, experts, shape, load);
  layer.elementwise("permutation", load.sent_rows * h, passes::kCopy);
  between_exchanges(layer, shape, load, [&] { local_experts(layer, model, shape, load); });
  layer.elementwise("weighted sum", (load.sent_rows + load.tokens) * h, passes::kWeightedSum);
  layer.keep(load.sent_rows * h);
  if (experts.shared_feed_forward == 0) return;
  feed_forward(layer, model, shape, "shared ", shape.tokens(),
               double(experts.shared_feed_forward) / shape.shard.tensor);
  layer.elementwise("shared sum", load.tokens * h, passes::kSum);
}

}  // namespace podsim::workload
