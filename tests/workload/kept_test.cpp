#include "workload/architectures.hpp"
#include "workload/expected.hpp"
#include "workload/transformer/transformer.hpp"

#include <catch2/catch.hpp>

using namespace podsim;
using namespace podsim::workload;

namespace {

constexpr double kLength = 64;
constexpr double kSequences = 3;
constexpr double kWidth = 128;
constexpr double kHeads = 8;
constexpr double kTokenElements = kLength * kSequences * kWidth;  // sbh
constexpr double kCoreShare = 5 * kHeads * kLength / kWidth;      // 5as/h

Layer kept_block(catalog::KeptActivations kept, const Shard& shard) {
  catalog::Transformer model = gpt_like(1, int(kWidth), int(kHeads), 64, int(kLength));
  model.dropout = true;
  catalog::Stack stack = mixed_stack();
  stack.kernels.kept = kept;
  return expand_transformer(model, {.name = "", .sequence_length = int(kLength)}, kSequences, stack, shard).layers[1];
}

/// Bytes a token and element of the hidden width that a block keeps under fused attention.
double units(const catalog::Transformer& model, const Shard& shard = {}) {
  return expand_fused(model, shard, 1, 4096).layers[1].saved_bytes / 4096 / model.hidden;
}

}  // namespace

TEST_CASE("a block keeps what Korthikanti et al. count, table 2") {
  const auto stored = catalog::KeptActivations::stored;
  const Layer whole = kept_block(stored, {});
  CHECK(whole.saved_bytes == kTokenElements * (34 + kCoreShare));
  CHECK(whole.saved_bytes - whole.core_saved_bytes == kTokenElements * 34);
  CHECK(whole.input_bytes == kTokenElements * 2);
  for (const double t : {2.0, 4.0, 8.0}) {
    CAPTURE(t);
    const Layer tensor = kept_block(stored, {.tensor = int(t)});
    CHECK(tensor.saved_bytes == kTokenElements * (10 + 24 / t + kCoreShare / t));
    CHECK(tensor.saved_bytes - tensor.core_saved_bytes == kTokenElements * (10 + 24 / t));
    CHECK(tensor.input_bytes == kTokenElements * 2);
    const Layer sequence = kept_block(stored, {.tensor = int(t), .sequence = true});
    CHECK(sequence.saved_bytes == kTokenElements * (34 + kCoreShare) / t);
    CHECK(sequence.saved_bytes - sequence.core_saved_bytes == kTokenElements * 34 / t);
    CHECK(sequence.input_bytes == kTokenElements * 2 / t);
  }
}

TEST_CASE("the least that a block keeps leaves out what is element-wise from what it keeps") {
  // inputs of QKV and of the first feed-forward product from those of the norms: 2 x 2; input of the second from the
  // first's result: 8; the softmax after its dropout, from softmax and mask: 2as/h
  const double again = 2 + 2 + 8 + kCoreShare * 2 / 5;
  CHECK(kept_block(catalog::KeptActivations::least, {}).saved_bytes == kTokenElements * (34 + kCoreShare - again));
}

TEST_CASE("today's models keep so many bytes a token and element of the hidden width") {
  // 8 for norms and their results, 2d(2a + 2k_v) + 4a for queries, keys, values, result and sums, 6f for the gate
  CHECK(units(llama_like(1, 4096, 32, 32, 11008, 64)) == Approx(32.2).margin(0.05));   // Llama 2 7B
  CHECK(units(llama_like(1, 8192, 64, 8, 28672, 64)) == Approx(33.5).margin(0.05));    // Llama 2 70B
  CHECK(units(llama_like(1, 4096, 32, 8, 14336, 64)) == Approx(34.0).margin(0.05));    // Llama 3 8B
  CHECK(units(llama_like(1, 16384, 128, 8, 53248, 64)) == Approx(31.8).margin(0.05));  // Llama 3.1 405B
  CHECK(units(gpt_like(1, 12288, 96, 64, 4096)) == Approx(32.0).margin(0.05));         // GPT-3
  const catalog::Transformer llama = llama_like(1, 16384, 128, 8, 53248, 64);
  CHECK(units(llama, {.tensor = 8, .sequence = true}) == Approx(units(llama) / 8));
  CHECK(units(llama, {.tensor = 8}) == Approx(8 + (units(llama) - 8) / 8));
}

TEST_CASE("Mixtral keeps two experts' rows more") {
  catalog::Transformer mixtral = llama_like(1, 4096, 32, 8, 14336, 64);
  mixtral.experts = catalog::Experts{.count = 8, .per_token = 2, .feed_forward = 14336, .imbalance = 1};
  // 8h + attention + k (2h + 6f + 2h) + 4E
  CHECK(units(mixtral) * 4096 == 8 * 4096 + 2 * 128 * (64 + 16) + 4 * 32 + 2 * (4 * 4096 + 6 * 14336) + 4 * 8);
  CHECK(units(mixtral) == Approx(63.0).margin(0.1));
}

TEST_CASE("what is kept is cut by the context group") {
  const catalog::Transformer llama = llama_like(1, 4096, 32, 8, 14336, 64);
  for (const ContextMethod method : {ContextMethod::ring, ContextMethod::all_gather, ContextMethod::all_to_all}) {
    CHECK(units(llama, {.context = 4, .method = method}) == units(llama) / 4);
  }
}
