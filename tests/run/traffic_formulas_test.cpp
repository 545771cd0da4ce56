#include "catalog/lookup/catalog.hpp"
#include "run/layout.hpp"
#include "run/traffic.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace podsim;
using collective::Operation;
using parallel::PlanChoice;
using parallel::Traffic;
using pipeline::ScheduleKind;
using tests::sent_of;

namespace {

constexpr double kBlocks = 8;
constexpr double kHidden = 1024;
constexpr double kHeads = 16;
constexpr double kKeyHeads = 4;
constexpr double kHeadSize = 64;
constexpr double kWords = 16384;
constexpr double kPositions = 1024;
constexpr double kTokens = 512;
constexpr double kMicro = 2;

/// Bytes of the activations between two blocks: 2 s b h.
constexpr double kActivations = 2 * kTokens * kMicro * kHidden;

/// GPT's kind of model in two-byte weights, gradients and activations on A100s; micro-batches of two sequences.
run::RunRequest request(int64_t chips, int64_t passes, PlanChoice choice) {
  const catalog::Catalog shipped({PODSIM_SOURCE_DIR});
  run::RunRequest request;
  request.workload = shipped.workload("gpt-2").value;
  auto& model = std::get<catalog::Transformer>(request.workload.model);
  model.layers = static_cast<int>(kBlocks);
  model.hidden = static_cast<int>(kHidden);
  model.heads = static_cast<int>(kHeads);
  model.kv_heads = static_cast<int>(kKeyHeads);
  model.feed_forward = 4 * model.hidden;
  model.vocabulary = static_cast<int>(kWords);
  model.positions = static_cast<int>(kPositions);
  model.final_norm = true;
  model.norm_after_embedding = false;
  request.workload.training.phases.front().sequence_length = static_cast<int>(kTokens);
  request.workload.training.steps = 100;
  request.platform = shipped.platform("dgx-a100").value;
  request.stack = shipped.stack("megatron").value;
  request.chips = chips;
  choice.micro_batch = static_cast<int64_t>(kMicro);
  const int64_t replica = choice.tensor.value_or(1) * choice.context.value_or(1) * choice.pipeline.value_or(1);
  choice.global_batch = passes * static_cast<int64_t>(kMicro) * chips / replica;
  request.plan = choice;
  return request;
}

struct Laid {
  run::Layout layout;

  explicit Laid(const run::RunRequest& request) : layout(run::lay_out(request)) {}
  Laid(int64_t chips, int64_t passes, const PlanChoice& choice) : Laid(request(chips, passes, choice)) {}

  tests::Sent sent(const tests::Which& which, int stage = 0) const {
    return sent_of(layout.programs.front(), layout.plan, which, stage);
  }
  double parameters() const { return layout.graphs.front().parameters(); }
};

/// Parameters of the model on one of `t` tensor ranks, on paper. Copies on each: two norms of 2 h and two biases of h a
/// block, the last norm, the positions.
double replicated() { return kBlocks * 6 * kHidden + 2 * kHidden + kPositions * kHidden; }
double parameters(double t) {
  const double columns = kHidden + 2 * kKeyHeads * kHeadSize;
  const double block =
      (kHidden + 1) * columns + kHidden * kHidden + (kHidden + 1) * 4 * kHidden + 4 * kHidden * kHidden;
  return (kBlocks * block + kWords * kHidden) / t + replicated();
}

}  // namespace

TEST_CASE("parameters of a tensor rank are its part and the copies") {
  CHECK(Laid(1, 1, {}).parameters() == Approx(parameters(1)).epsilon(1e-12));
  CHECK(Laid(4, 1, {.tensor = 4}).parameters() == Approx(parameters(4)).epsilon(1e-12));
}

TEST_CASE("tensor parallelism sums four times a block, and once at each end") {
  const Laid laid(4, 3, {.tensor = 4});
  const auto sums = laid.sent({Traffic::tensor, Operation::all_reduce, kActivations});
  CHECK(sums.count == 3 * (kBlocks * 4 + 2));
  // 16 (t - 1)/t s b h a block, and a quarter of that at each end.
  CHECK(sums.bytes == Approx(3 * (kBlocks * 16 + 8) * 3 / 4 * kActivations / 2));
  // The loss: maximum, logit and sum of each token in four bytes.
  CHECK(laid.sent({Traffic::tensor, {}, 4 * kTokens * kMicro}).count == 3 * 3);
  CHECK(laid.sent({Traffic::tensor}).count == 3 * (kBlocks * 4 + 5));
  // Computed again, the forward pass has its sums once more.
  const Laid again(4, 3, {.recompute = catalog::Recompute::full, .tensor = 4});
  CHECK(again.sent({Traffic::tensor, Operation::all_reduce, kActivations}).count == 3 * (kBlocks * 6 + 2));
  const Laid selective(4, 3, {.recompute = catalog::Recompute::selective, .tensor = 4});
  CHECK(selective.sent({Traffic::tensor}).count == 3 * (kBlocks * 4 + 5));
}

TEST_CASE("sequence parallelism sends five quarters of that, and the gradients of norms once a step") {
  const Laid laid(4, 3, {.tensor = 4, .sequence_parallel = 1});
  const auto gathers = laid.sent({Traffic::tensor, Operation::all_gather});
  const auto scatters = laid.sent({Traffic::tensor, Operation::reduce_scatter});
  // Gathers: two forward, two of gradients, two of inputs again; the ends: into the logits, their input again, and the
  // gradient of the words. Scatters: two each way; the words' sum and the gradient of the logits' input.
  CHECK(gathers.count == 3 * (kBlocks * 6 + 3));
  CHECK(scatters.count == 3 * (kBlocks * 4 + 2));
  CHECK(gathers.payload == gathers.count * kActivations);
  CHECK(scatters.payload == scatters.count * kActivations);
  CHECK(gathers.bytes + scatters.bytes == Approx(3 * (kBlocks * 20 + 10) * 3 / 4 * kActivations / 2));
  const auto norms = laid.sent({Traffic::tensor, Operation::all_reduce, 2 * replicated()});
  CHECK(norms.count == 1);
  CHECK(laid.sent({Traffic::tensor, Operation::all_reduce}).count == 1 + 3 * 3);
  const Laid again(4, 3, {.recompute = catalog::Recompute::full, .tensor = 4, .sequence_parallel = 1});
  CHECK(again.sent({Traffic::tensor, Operation::all_gather}).count == 3 * (kBlocks * 8 + 3));
  CHECK(again.sent({Traffic::tensor, Operation::reduce_scatter}).count == 3 * (kBlocks * 6 + 2));
}

TEST_CASE("a ring passes keys and values on, and back with their gradients") {
  // 4 b (s/c) d k/t bytes: c - 1 forward, c - 1 again and c of gradients, a block.
  const Laid laid(8, 2, {.tensor = 2, .context = 4, .context_method = 0});
  const double bytes = 4 * kMicro * kTokens / 4 * kHeadSize * kKeyHeads / 2;
  const auto passed = laid.sent({Traffic::context});
  CHECK(passed.count == 2 * kBlocks * (3 + 3 + 4));
  CHECK(passed.bytes == passed.count * bytes);
}

TEST_CASE("all keys and values are gathered, and again, and their gradients scattered") {
  const Laid laid(8, 2, {.tensor = 2, .context = 4, .context_method = 1});
  const double bytes = 4 * kMicro * kTokens * kHeadSize * kKeyHeads / 2;
  const auto gathers = laid.sent({Traffic::context, Operation::all_gather, bytes});
  const auto scatters = laid.sent({Traffic::context, Operation::reduce_scatter, bytes});
  CHECK(gathers.count == 2 * kBlocks * 2);
  CHECK(scatters.count == 2 * kBlocks);
  CHECK(laid.sent({Traffic::context}).count == gathers.count + scatters.count);
  // A ring sends the same bytes forward: c - 1 parts of c.
  CHECK(gathers.bytes / 2 == Approx(2 * kBlocks * 3 * bytes / 4));
}

TEST_CASE("tokens are exchanged for heads and back") {
  const Laid laid(4, 2, {.context = 4, .context_method = 2});
  // 2 b (s/c) d (2 a + 2 k) forward and as much backward.
  const double one = 2 * kMicro * kTokens / 4 * kHeadSize;
  const auto exchanged = laid.sent({Traffic::context, Operation::all_to_all});
  CHECK(exchanged.count == 2 * kBlocks * 4);
  CHECK(exchanged.payload == Approx(2 * kBlocks * 2 * one * (2 * kHeads + 2 * kKeyHeads)));
  CHECK(exchanged.bytes == Approx(exchanged.payload * 3 / 4));
}

TEST_CASE("rows of experts go there and back, and so do their gradients") {
  auto asked = request(8, 2, {.expert = 4});
  auto& model = std::get<catalog::Transformer>(asked.workload.model);
  model.experts = catalog::Experts{.count = 8, .per_token = 2, .feed_forward = 1024, .imbalance = 1};
  const Laid laid(asked);
  const auto rows = laid.sent({Traffic::experts});
  CHECK(rows.count == 2 * kBlocks * 4);
  CHECK(rows.payload == Approx(rows.count * 2 * kActivations));
  CHECK(rows.bytes == Approx(rows.payload * 3 / 4));
  // Two experts of (h + 1) f + (f + 1) h on a rank; their gradients are summed over the two ranks that have them.
  const double experts = kBlocks * 2 * ((kHidden + 1) * 1024 + (1024 + 1) * kHidden);
  CHECK(laid.layout.graphs.front().expert_parameters() == Approx(experts));
  const auto gradients = laid.sent({Traffic::gradients});
  CHECK(gradients.payload == Approx(2 * (laid.parameters() + experts)));
  CHECK(gradients.bytes == Approx(2 * (laid.parameters() * 2 * 7 / 8 + experts * 2 * 1 / 2)));
}

TEST_CASE("mixtral sends 67.1 MB of rows for 4,096 tokens") {
  auto asked = request(8, 1, {.expert = 8});
  auto& model = std::get<catalog::Transformer>(asked.workload.model);
  model.hidden = 4096;
  model.heads = 32;
  model.kv_heads = 8;
  model.experts = catalog::Experts{.count = 8, .per_token = 2, .feed_forward = 14336, .imbalance = 1};
  asked.workload.training.phases.front().sequence_length = 2048;  // two sequences
  const auto rows = Laid(asked).sent({Traffic::experts});
  CHECK(rows.payload / rows.count == Approx(67.1e6).epsilon(1e-3));
  CHECK(rows.bytes / rows.count == Approx(58.7e6).epsilon(1e-3));
}

TEST_CASE("gradients and weights of data parallelism and ZeRO, as the paper counts them") {
  // Of P parameters in two bytes each, 8 ranks, three micro-batches.
  const double whole = 2 * parameters(1);
  const auto bytes = [&](int64_t zero) {
    const Laid laid(8, 3, {.zero = zero});
    return (laid.sent({Traffic::gradients}).bytes + laid.sent({Traffic::weights}).bytes) / (whole * 7 / 8);
  };
  CHECK(bytes(0) == Approx(2).epsilon(1e-9));
  CHECK(bytes(1) == Approx(1 + 1).epsilon(1e-9));
  CHECK(bytes(2) == Approx(3 * 1 + 1).epsilon(1e-9));
  CHECK(bytes(3) == Approx(3 * (2 + 1)).epsilon(1e-9));
}

TEST_CASE("every micro-batch reduces its gradients with ZeRO 2, also where weights come under the forward pass") {
  auto asked = request(8, 5, {.zero = 2});
  asked.stack.update.gather = catalog::WeightGather::under_forward;
  CHECK(Laid(asked).sent({Traffic::gradients}).payload == Approx(5 * 2 * parameters(1)));
  // DualPipe writes the backward pass twice, whole and in parts; each stage is on two ranks of four.
  const Laid both_ways(8, 8, {.zero = 2, .pipeline = 4, .schedule = static_cast<int64_t>(ScheduleKind::dualpipe)});
  for (int stage = 0; stage < 4; ++stage) {
    const auto& memory = both_ways.layout.memory.stages[static_cast<size_t>(stage)];
    // Four of the eight micro-batches go through each of a rank's stages; then the two ranks sum what they update.
    CHECK(both_ways.sent({Traffic::gradients, Operation::reduce_scatter}, stage).payload ==
          Approx(4 * 2 * memory.parameters));
    CHECK(both_ways.sent({Traffic::gradients, Operation::send}, stage).payload == Approx(2 * memory.parameters / 2));
  }
}

TEST_CASE("shares within a group are summed across the groups once") {
  const double whole = 2 * parameters(1);
  // M (4 + g) P (n - 1)/n inside, 2 (r - 1)/r g P/n across.
  const Laid laid(8, 3, {.zero = 3, .hybrid_shard = 4});
  const auto across = laid.sent({Traffic::gradients, Operation::all_reduce});
  CHECK(across.bytes == Approx(whole / 4));
  CHECK(laid.sent({Traffic::gradients, Operation::reduce_scatter}).bytes + laid.sent({Traffic::weights}).bytes ==
        Approx(3 * 3 * whole * 3 / 4));
}

TEST_CASE("experts' weights are shared too with ZeRO 3, among those that have the same") {
  auto asked = request(8, 3, {.zero = 3, .expert = 4});
  auto& model = std::get<catalog::Transformer>(asked.workload.model);
  model.experts = catalog::Experts{.count = 8, .per_token = 2, .feed_forward = 1024};
  const Laid laid(asked);
  const double experts = laid.layout.graphs.front().expert_parameters();
  CHECK(laid.sent({Traffic::weights}).bytes == Approx(3 * 2 * 2 * (laid.parameters() * 7 / 8 + experts / 2)));
  CHECK(laid.sent({Traffic::gradients}).bytes == Approx(3 * 2 * (laid.parameters() * 7 / 8 + experts / 2)));
}

TEST_CASE("stages send activations on and their gradients back, cut by the tensor ranks") {
  for (const bool sequence : {false, true}) {
    const Laid laid(8, 6, {.tensor = 2, .pipeline = 4, .sequence_parallel = sequence ? 1 : 0});
    for (int stage = 0; stage < 4; ++stage) {
      const auto sent = laid.sent({Traffic::activations}, stage);
      const int neighbours = (stage > 0 ? 1 : 0) + (stage < 3 ? 1 : 0);
      CAPTURE(sequence, stage);
      CHECK(sent.count == 6 * neighbours);
      CHECK(sent.payload == sent.count * kActivations / 2);
      // Without sequence parallelism each part is gathered where it arrives.
      const double gathered = sequence ? 0 : 6 * neighbours;
      if (!sequence) CHECK(laid.sent({Traffic::tensor, Operation::all_gather}, stage).count == gathered);
    }
  }
}

TEST_CASE("interleaved stages send as often as they have chunks, also from the last to the first") {
  const Laid laid(4, 8, {.pipeline = 4, .virtual_stages = 2});
  for (int stage = 0; stage < 4; ++stage) {
    CAPTURE(stage);
    // Forward from all but the last of eight stages, backward from all but the first.
    const int chunks = 4 - (stage == 3 ? 1 : 0) - (stage == 0 ? 1 : 0);
    CHECK(laid.sent({Traffic::activations}, stage).count == 8 * chunks);
    CHECK(laid.sent({Traffic::activations}, stage).payload == 8 * chunks * kActivations);
  }
}

TEST_CASE("context divides what stages send") {
  const Laid laid(4, 4, {.pipeline = 2, .context = 2});
  CHECK(laid.sent({Traffic::activations}).payload == 4 * kActivations / 2);
}

TEST_CASE("the ends sum the gradients of the words that they share, once a step") {
  const Laid laid(8, 4, {.tensor = 2, .pipeline = 4});
  for (const int stage : {0, 3}) {
    CHECK(laid.sent({Traffic::tied}, stage).count == 1);
    CHECK(laid.sent({Traffic::tied}, stage).bytes == 2 * kWords * kHidden / 2);
  }
  for (const int stage : {1, 2}) CHECK(laid.sent({Traffic::tied}, stage).count == 0);
  auto untied = request(8, 4, {.tensor = 2, .pipeline = 4});
  std::get<catalog::Transformer>(untied.workload.model).tied_embeddings = false;
  CHECK(Laid(untied).sent({Traffic::tied}).count == 0);
  // Both ends of a V are on one rank.
  const Laid folded(8, 8, {.tensor = 2, .pipeline = 4, .schedule = static_cast<int64_t>(ScheduleKind::zb_v)});
  CHECK(folded.sent({Traffic::tied}).count == 0);
}

TEST_CASE("each stage sums the gradients of its own norms over the tensor ranks") {
  const Laid laid(4, 4, {.tensor = 2, .pipeline = 2, .sequence_parallel = 1});
  const double blocks = kBlocks / 2 * 6 * kHidden;
  CHECK(laid.sent({Traffic::tensor, Operation::all_reduce, 2 * (blocks + kPositions * kHidden)}, 0).count == 1);
  CHECK(laid.sent({Traffic::tensor, Operation::all_reduce, 2 * (blocks + 2 * kHidden)}, 1).count == 1);
}

TEST_CASE("a node reads the examples of the replicas whose first stage it holds") {
  // One node of 8 ranks: one replica of eight stages, or 8 replicas. Two nodes: the first has all first stages.
  const auto input = [](int64_t chips, const PlanChoice& choice) {
    auto asked = request(chips, 8, choice);
    asked.stack.input.per_node = {{asked.workload.training.input, 100}};
    return Laid(asked).layout.programs.front().input_seconds * 100 / (8 * kMicro);
  };
  CHECK(input(8, {}) == Approx(8));
  CHECK(input(8, {.pipeline = 8}) == Approx(1));
  CHECK(input(8, {.tensor = 2, .pipeline = 2}) == Approx(2));
  CHECK(input(16, {.pipeline = 2}) == Approx(8));
  CHECK(input(16, {.pipeline = 2, .order = 1}) == Approx(4));
  CHECK(input(16, {.tensor = 16}) == Approx(0.5));
}
