#pragma once

#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "workload/operation.hpp"
#include "workload/shard.hpp"

namespace podsim::workload {

/// A transformer as embedding, `layers` blocks, perhaps a decoder, and prediction head, for
/// `examples` sequences of one phase on one rank.
///
/// Absolute positions: BERT (Devlin et al., arXiv 1810.04805, google-research/bert
/// modeling.py). Relative positions: Transformer-XL with the two streams of XLNet
/// as trained (Yang et al., arXiv 1906.08237, zihangdai/xlnet modeling.py): positions
/// are projected once per example, and the predicted tokens are spread over the whole
/// sequence for their attention. The word embedding is tied to the logits and belongs
/// to the embedding layer.
///
/// Decoder: Vaswani et al., arXiv 1706.03762, one table of words for source, target and logits.
///
/// Passes over memory follow the unfused kernels that Korthikanti et al., arXiv
/// 2205.05198, section 4 lists. Kept for the backward pass: what the matrix products
/// wrote, the input of each layer norm, the softmax output and a byte per dropout
/// decision; element-wise results are computed again from these.
///
/// A shard cuts the layers as Megatron-LM does: tensor.hpp, context.hpp and experts.hpp say how.
Graph expand_transformer(const catalog::Transformer& model, const catalog::TrainingPhase& phase, double examples,
                         const catalog::Stack& stack, const Shard& shard = {});

}  // namespace podsim::workload
