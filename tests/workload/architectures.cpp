#include "workload/architectures.hpp"

#include "workload/expected.hpp"
#include "workload/transformer/transformer.hpp"

#include <fmt/format.h>

#include <array>

namespace podsim::workload {

catalog::Transformer gpt_like(int layers, int hidden, int heads, int vocabulary, int positions) {
  catalog::Transformer model;
  model.layers = layers;
  model.hidden = hidden;
  model.heads = heads;
  model.feed_forward = 4 * hidden;
  model.vocabulary = vocabulary;
  model.positions = positions;
  model.causal = true;
  model.dropout = false;
  model.norm_after_embedding = false;
  model.final_norm = true;
  return model;
}

catalog::Transformer llama_like(int layers, int hidden, int heads, int kv_heads, int feed_forward, int vocabulary) {
  catalog::Transformer model = gpt_like(layers, hidden, heads, vocabulary, 0);
  model.kv_heads = kv_heads;
  model.feed_forward = feed_forward;
  model.gated = true;
  model.norm = catalog::Norm::rms_norm;
  model.biases = catalog::Biases::none;
  model.rotary_positions = true;
  model.tied_embeddings = false;
  return model;
}

Graph expand_fused(const catalog::Transformer& model, const Shard& shard, double examples, int length) {
  catalog::Stack stack = mixed_stack();
  stack.kernels.attention = catalog::Attention::fused;
  return expand_transformer(model, {.name = "", .sequence_length = length}, examples, stack, shard);
}

std::vector<std::string> texts(const std::vector<Exchange>& exchanges, const std::vector<Operation>& operations) {
  constexpr std::array kAxes = {"tensor", "context", "expert", "expert_tensor"};
  constexpr std::array kKinds = {"all_reduce", "all_gather", "reduce_scatter", "all_to_all", "pass_on"};
  const auto place = [&](size_t index) { return index < operations.size() ? operations[index].name : "end"; };
  std::vector<std::string> result;
  for (const Exchange& exchange : exchanges) {
    result.push_back(fmt::format("{} {} {}: {} -> {}", kKinds.at(size_t(exchange.kind)),
                                 kAxes.at(size_t(exchange.axis)), exchange.bytes, place(exchange.start),
                                 place(exchange.await)));
  }
  return result;
}

ExchangeSum sum_of(const std::vector<Exchange>& exchanges, ExchangeKind kind) {
  ExchangeSum sum;
  for (const Exchange& exchange : exchanges) {
    if (exchange.kind != kind) continue;
    ++sum.count;
    sum.bytes += exchange.bytes;
  }
  return sum;
}

}  // namespace podsim::workload
