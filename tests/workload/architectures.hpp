#pragma once

#include "catalog/spec/workload.hpp"
#include "workload/operation.hpp"
#include "workload/shard.hpp"

#include <string>
#include <vector>

namespace podsim::workload {

/// Decoder-only models as published: GPT's kind has layer norms, biases and a tied table; Llama's has RMS norms, a gate,
/// rotary positions, no biases and a table of logits of its own. No dropout.
catalog::Transformer gpt_like(int layers, int hidden, int heads, int vocabulary, int positions);
catalog::Transformer llama_like(int layers, int hidden, int heads, int kv_heads, int feed_forward, int vocabulary);

/// `examples` sequences of `length` tokens on a rank, in two-byte activations, fused attention.
Graph expand_fused(const catalog::Transformer& model, const Shard& shard, double examples, int length);

/// Each exchange as "KIND AXIS BYTES: START -> AWAIT", the places as the names of the operations there, or "end".
std::vector<std::string> texts(const std::vector<Exchange>& exchanges, const std::vector<Operation>& operations);

/// Bytes of all exchanges of a kind, and their count.
struct ExchangeSum {
  int count = 0;
  double bytes = 0;
};
ExchangeSum sum_of(const std::vector<Exchange>& exchanges, ExchangeKind kind);

}  // namespace podsim::workload
