#include "workload/shard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace podsim::workload {

namespace {

using Legal = std::function<bool(int)>;

/// The nearest degrees that are legal below and above `degree`, up to `most`.
std::string nearest_degrees(int degree, int most, const Legal& legal) {
  int below = degree - 1;
  while (below > 1 && !legal(below)) --below;
  int above = degree + 1;
  while (above <= most && !legal(above)) ++above;
  if (above <= most) return below >= 1 ? fmt::format("{} or {}", below, above) : fmt::format("{}", above);
  return fmt::format("{}", std::max(below, 1));
}

/// The key of the first degree that cuts anything.
std::string first_degree(const Shard& shard) {
  if (shard.tensor > 1) return "tp";
  if (shard.context > 1) return "cp";
  return shard.expert > 1 ? "ep" : "etp";
}

bool divides_either(int a, int b) { return a % b == 0 || b % a == 0; }

/// Collects what a transformer's shard breaks.
class Checker {
 public:
  Checker(const catalog::Transformer& model, const catalog::TrainingPhase& phase, const Shard& shard)
      : model_(model), phase_(phase), shard_(shard) {}

  std::vector<ShardProblem> problems() {
    if (shard_.whole()) return {};
    kind();
    tensor();
    context();
    experts();
    return std::move(problems_);
  }

 private:
  void add(const std::string& key, std::string rule, std::string way_out) {
    problems_.push_back({key, std::move(rule), std::move(way_out)});
  }

  /// A degree that is no legal one.
  void require(const std::string& key, int degree, int most, const Legal& legal, std::string rule) {
    if (legal(degree)) return;
    add(key, std::move(rule), fmt::format("take --{} {}", key, nearest_degrees(degree, most, legal)));
  }

  void kind() {
    const char* way_out = "take 1 for tp, cp, ep and etp";
    if (model_.relative_positions || model_.query_stream || model_.memory_tokens > 0) {
      add(first_degree(shard_), "a transformer of XLNet's kind (relative positions, memory or two streams) is not cut",
          way_out);
    }
    if (model_.decoder_layers > 0)
      add(first_degree(shard_), "a transformer with an encoder and a decoder is not cut", way_out);
  }

  void divide(int elements, const std::string& what) {
    require(
        "tp", shard_.tensor, elements, [&](int t) { return elements % t == 0; },
        fmt::format("{} {} do not divide over {} ranks", elements, what, shard_.tensor));
  }

  void tensor() {
    if (shard_.tensor == 1) return;
    divide(model_.heads, "heads");
    const int kv = model_.key_heads();
    require(
        "tp", shard_.tensor, model_.heads, [&](int t) { return divides_either(kv, t) && model_.heads % t == 0; },
        fmt::format("{} heads of keys and values neither divide over {} ranks nor repeat evenly on them", kv,
                    shard_.tensor));
    if (!model_.experts || model_.experts->dense_layers > 0) {
      divide(model_.feed_forward, "elements of the feed-forward");
    }
    if (model_.experts && model_.experts->shared_feed_forward > 0) {
      divide(model_.experts->shared_feed_forward, "elements of the shared experts");
    }
    if (!shard_.sequence) return;
    const int tokens = phase_.sequence_length / shard_.context;
    require(
        "tp", shard_.tensor, tokens, [&](int t) { return tokens % t == 0; },
        fmt::format("{} tokens of a rank do not divide over {} ranks that share the sequence", tokens, shard_.tensor));
  }

  /// Of a causal model each rank takes an early and a late piece, so that all have the same work, unless each comes to
  /// have whole sequences.
  bool pairs() const { return model_.causal && shard_.method != ContextMethod::all_to_all; }
  int pieces(int context) const { return pairs() ? 2 * context : context; }

  void context() {
    if (shard_.context == 1) return;
    const int tokens = phase_.sequence_length;
    require(
        "cp", shard_.context, tokens, [&](int c) { return tokens % pieces(c) == 0; },
        fmt::format("{} tokens do not divide into {} pieces, {} for each of {} ranks{}", tokens, pieces(shard_.context),
                    pieces(1), shard_.context, pairs() ? " (an early and a late one)" : ""));
    if (model_.pooler) {
      add("cp", "a classifier reads the first token of a sequence, which one of the ranks has alone",
          "take --cp 1, or workload.model.pooler=false");
    }
    if (shard_.method != ContextMethod::all_to_all) return;
    const int heads = model_.heads / shard_.tensor;
    const int kv = std::max(1, model_.key_heads() / shard_.tensor);
    require(
        "cp", shard_.context, heads, [&](int c) { return heads % c == 0 && divides_either(kv, c); },
        fmt::format("{} heads of a tensor rank do not divide over {} ranks that exchange tokens for heads", heads,
                    shard_.context));
  }

  void experts() {
    if (shard_.expert == 1 && shard_.expert_tensor == 1) {
      if (model_.experts) require_sequence();
      return;
    }
    if (!model_.experts) {
      add(shard_.expert > 1 ? "ep" : "etp", "the model has no experts", "take 1 for ep and etp");
      return;
    }
    const catalog::Experts& experts = *model_.experts;
    require(
        "ep", shard_.expert, experts.count, [&](int e) { return experts.count % e == 0; },
        fmt::format("{} experts do not divide over {} ranks", experts.count, shard_.expert));
    require(
        "etp", shard_.expert_tensor, experts.feed_forward, [&](int t) { return experts.feed_forward % t == 0; },
        fmt::format("{} elements of an expert's feed-forward do not divide over {} ranks", experts.feed_forward,
                    shard_.expert_tensor));
    require_sequence();
  }

  /// Else all ranks of a tensor group would send the same tokens.
  void require_sequence() {
    if (shard_.tensor == 1 || shard_.sequence) return;
    add("sp", "experts with tensor parallelism need sequence parallelism: else each rank has all tokens",
        "take --sequence-parallel, or --tp 1");
  }

  const catalog::Transformer& model_;
  const catalog::TrainingPhase& phase_;
  const Shard& shard_;
  std::vector<ShardProblem> problems_;
};

}  // namespace

std::vector<ShardProblem> shard_problems(const catalog::Model& model, const catalog::TrainingPhase& phase,
                                         const Shard& shard) {
  if (const auto* transformer = std::get_if<catalog::Transformer>(&model)) {
    return Checker(*transformer, phase, shard).problems();
  }
  if (shard.whole()) return {};
  return {{first_degree(shard), "only the layers of a transformer are cut", "take 1 for tp, cp, ep and etp"}};
}

}  // namespace podsim::workload
