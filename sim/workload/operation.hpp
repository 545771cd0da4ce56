#pragma once

#include "catalog/spec/workload.hpp"
#include "workload/exchange.hpp"

#include <string>
#include <vector>

namespace podsim::workload {

/// matrix: a batched product of m x k by k x n on the matrix unit.
/// fused_attention: scores, softmax and context of m queries and n keys of k features in one kernel.
/// memory: bound by the bytes that it moves; products on the way (depthwise convolution) only count.
enum class OperationKind { matrix, fused_attention, memory };

/// One operation on one rank for one micro-batch.
struct Operation {
  std::string name;
  OperationKind kind = OperationKind::memory;
  double batch = 1;               ///< independent products
  double m = 0;                   ///< rows (tokens, pixels) of one product
  double n = 0;                   ///< columns (output features)
  double k = 0;                   ///< inner dimension
  double bytes = 0;               ///< moved to and from memory by one repetition, unfused
  double repeats = 1;             ///< times that it runs, one after the other: the time steps of a recurrent layer
  double left_contiguous = 0;     ///< elements side by side in the left operand; 0: k
  bool attention_core = false;    ///< what selective recomputation does again: scores, softmax, dropout, context
  bool weight_gradient = false;   ///< of the backward pass: no other operation of it reads the result
  bool linear = false;            ///< a product of a linear layer, which a stack may do in a narrower format
  bool extra = false;             ///< work that the model itself does not ask for: no model FLOPs
  double model_flops_factor = 1;  ///< model FLOPs over those done: 2 where a kernel leaves out what a mask hides
  double causal_share = 1;        ///< of the model FLOPs, that a causal mask leaves
  double fewest_share = 1;        ///< of `flops`, that the leanest algorithm does: below 1 for convolutions

  /// Multiply and add count as two operations; a fused attention is two products.
  double flops() const { return (kind == OperationKind::fused_attention ? 4.0 : 2.0) * batch * m * n * k * repeats; }
  double fewest_flops() const { return flops() * fewest_share; }
  double moved_bytes() const { return bytes * repeats; }

  bool operator==(const Operation&) const = default;
};

/// All-reduces inside a pass that everything waits for: statistics of a batch normalisation over all ranks.
struct Synchronisation {
  double bytes = 0;  ///< of one, on each rank
  int forward = 0;   ///< how many end the layer's forward pass
  int backward = 0;

  bool operator==(const Synchronisation&) const = default;
};

/// A layer as the training step sees it: forward and backward operations, the
/// parameters whose gradients are ready when its backward pass ends, and what
/// it keeps from the forward to the backward pass; all of one rank.
struct Layer {
  std::string name;
  double parameters = 0;  ///< their gradients are reduced over the ranks that share data or context
  std::vector<Operation> forward;
  std::vector<Operation> backward;
  double saved_bytes = 0;
  double work_bytes = 0;  ///< needed while the layer is at work and no longer, whatever is recomputed
  Synchronisation synchronisation{};
  double updates = 1;  ///< times that the parameters are updated in one step of the run (a GAN's discriminator)
  double core_saved_bytes = 0;  ///< part of `saved_bytes` that selective recomputation does not keep
  double input_bytes = 0;       ///< all that full recomputation keeps; 0: the layer is never done again
  bool spared = false;          ///< recomputation leaves it out
  double replicated_parameters =
      0;                         ///< of `parameters`, those that each rank of the tensor group has: norms, biases of
                                 ///< what is cut by rows, router, positions. With `Shard::sequence` their gradients
                                 ///< are also all-reduced over the tensor group, at the end of a step
  double copied_parameters = 0;  ///< of `parameters`, those of heads of keys and values that neighbours in the tensor
                                 ///< group have too, where it has more ranks than heads: their gradients are summed
  double expert_parameters = 0;  ///< beside `parameters`: reduced over the ranks that have the same experts
  double tied_parameters = 0;    ///< another layer's that this one reads: a copy where they lie on different ranks
  std::vector<Exchange> forward_exchanges{};  ///< full recomputation does them again, selective does not
  std::vector<Exchange> backward_exchanges{};

  /// Whether nothing but the name and the statistics tells them apart: their operations take the same time.
  bool same_work(const Layer& other) const;
  double fewest_flops() const;  ///< forward and backward, by the leanest algorithm of each product
  /// Whether the backward pass does all of it again; or its attention core at least.
  bool all_again(catalog::Recompute recompute) const;
  bool core_again(catalog::Recompute recompute) const;
};

/// A model on one rank for one micro-batch, layers in forward order.
struct Graph {
  std::vector<Layer> layers;

  double parameters() const;  ///< without the experts'
  double expert_parameters() const;
  double updated_parameters() const;  ///< each as often as it is updated in one step of the run
  double forward_flops() const;       ///< multiplications and additions of products, as done
  double backward_flops() const;
  double fewest_flops() const;  ///< forward and backward, by the leanest algorithm of each product
  /// Forward and backward, masked products in full as the field counts them for MFU (Chowdhery et al., PaLM,
  /// arXiv 2204.02311, appendix B): the same on every stack.
  double model_flops() const;
  /// The same without what a causal mask hides, as Megatron and MaxText count.
  double model_flops_causal() const;
  double saved_bytes() const;
};

/// Recomputation is left to the first of every so many blocks: "every 2" spares each second one.
void recompute_every(Graph& graph, int64_t every);

/// Model FLOPs that a pass does a second time.
double flops_again(const Graph& graph, catalog::Recompute recompute);

}  // namespace podsim::workload
