#include "workload/transformer/context.hpp"

#include "workload/transformer/tensor.hpp"

#include <algorithm>
#include <vector>

namespace podsim::workload {

namespace {

double key_value_bytes(const LayerBuilder& layer, const AttentionShape& core) {
  return layer.activation_bytes(2 * core.sequences * core.keys * core.key_heads * core.head_size);
}

Exchange pass_on(double bytes, size_t start, size_t await, const std::string& name) {
  return {.axis = ShareAxis::context,
          .kind = ExchangeKind::pass_on,
          .bytes = bytes,
          .start = start,
          .await = await,
          .name = name};
}

/// Exchanges on the way back, where `places[i]` lies in time behind block i from the end, added last first.
void pass_back(LayerBuilder& layer, const std::string& prefix, double bytes, const std::vector<size_t>& places) {
  const size_t blocks = places.size() - 1;
  for (size_t step = blocks; step-- > 0;) {
    const size_t behind = blocks - 1 - step;
    const size_t arrived = behind > 0 ? behind - 1 : 0;
    layer.backward_exchange(pass_on(bytes, places[behind], places[arrived], prefix + "key and value gradient"));
    if (behind > 0) {
      layer.backward_exchange(pass_on(bytes, places[behind + 1], places[behind], prefix + "keys and values again"));
    }
  }
}

void ring(LayerBuilder& layer, const std::string& prefix, int ranks, const AttentionShape& core, const Attend& attend) {
  const double bytes = key_value_bytes(layer, core);
  const double elements = core.sequences * core.queries * core.heads * core.head_size;
  std::vector<size_t> places = {layer.backward_place()};
  for (int block = 0; block < ranks; ++block) {
    const size_t start = layer.forward_place();
    attend(core);
    if (block > 0) layer.elementwise(prefix + "block sum", elements, passes::kBlockSum);
    if (block + 1 < ranks) {
      layer.exchange(pass_on(bytes, start, layer.forward_place(), prefix + "keys and values"));
    }
    places.push_back(layer.backward_place());
  }
  pass_back(layer, prefix, bytes, places);
}

void gather(LayerBuilder& layer, const std::string& prefix, int ranks, AttentionShape core, const Attend& attend) {
  core.keys *= ranks;
  const double bytes = key_value_bytes(layer, core);
  const ShareAxis axis = ShareAxis::context;
  blocking_exchange(layer, axis, ExchangeKind::all_gather, bytes, prefix + "keys and values");
  blocking_exchange_back(layer, axis, ExchangeKind::reduce_scatter, bytes, prefix + "key and value gradient");
  attend(core);
  blocking_exchange_back(layer, axis, ExchangeKind::all_gather, bytes, prefix + "keys and values again");
}

void exchange_heads(LayerBuilder& layer, const std::string& prefix, int ranks, AttentionShape core,
                    const Attend& attend) {
  core.key_heads = std::max(core.key_heads, double(ranks));
  const double per_head = core.sequences * core.queries * core.head_size;
  const double before = layer.activation_bytes(per_head * (core.heads + 2 * core.key_heads));
  const double after = layer.activation_bytes(per_head * core.heads);
  const ShareAxis axis = ShareAxis::context;
  core.heads /= ranks;
  core.key_heads /= ranks;
  core.queries *= ranks;
  core.keys *= ranks;
  blocking_exchange(layer, axis, ExchangeKind::all_to_all, before, prefix + "query, key and value");
  blocking_exchange_back(layer, axis, ExchangeKind::all_to_all, before, prefix + "query, key and value gradient");
  attend(core);
  blocking_exchange(layer, axis, ExchangeKind::all_to_all, after, prefix + "context");
  blocking_exchange_back(layer, axis, ExchangeKind::all_to_all, after, prefix + "context gradient");
}

}  // namespace

void attend_in_context(LayerBuilder& layer, const std::string& prefix, const Shard& shard, const AttentionShape& core,
                       const Attend& attend) {
  if (shard.context == 1) {
    attend(core);
    return;
  }
  switch (shard.method) {
    case ContextMethod::ring: ring(layer, prefix, shard.context, core, attend); return;
    case ContextMethod::all_gather: gather(layer, prefix, shard.context, core, attend); return;
    case ContextMethod::all_to_all: exchange_heads(layer, prefix, shard.context, core, attend); return;
  }
}

}  // namespace podsim::workload
