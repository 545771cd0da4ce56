#pragma once

#include "catalog/spec/workload.hpp"

#include <string>
#include <vector>

namespace podsim::workload {

/// How attention reaches the keys and values of other ranks' tokens. ring: they go round, a block of attention at a
/// time (Liu et al., arXiv 2310.01889); all_gather: all at once (Llama 3, arXiv 2407.21783, section 3.3.2); all_to_all:
/// tokens are exchanged for heads (DeepSpeed-Ulysses, arXiv 2309.14509).
enum class ContextMethod { ring, all_gather, all_to_all };

/// How the layers of one rank are cut. All ones: the rank has whole layers.
struct Shard {
  int tensor = 1;  ///< ranks that share the heads, the feed-forward and the vocabulary (Megatron, arXiv 1909.08053)
  bool sequence =
      false;        ///< between tensor-parallel products each of them has its share of the tokens (arXiv 2205.05198)
  int context = 1;  ///< ranks that share the tokens of a sequence everywhere
  ContextMethod method = ContextMethod::ring;
  int expert = 1;         ///< ranks that share the experts of a layer
  int expert_tensor = 1;  ///< ranks that share each expert's feed-forward

  /// Whether it leaves layers as they are.
  bool whole() const { return tensor == 1 && context == 1 && expert == 1 && expert_tensor == 1; }
  bool operator==(const Shard&) const = default;
};

/// What a shard cannot do with a model in a phase.
struct ShardProblem {
  std::string key;      ///< of the degree: tp, sp, cp, ep or etp
  std::string rule;     ///< "32 heads do not divide over 12 ranks"
  std::string way_out;  ///< with the nearest values that work
};

/// Empty where `expand` can cut the model so. Checks what the layers ask for, not the number of ranks.
std::vector<ShardProblem> shard_problems(const catalog::Model& model, const catalog::TrainingPhase& phase,
                                         const Shard& shard);

}  // namespace podsim::workload
