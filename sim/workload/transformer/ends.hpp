#pragma once

#include "workload/transformer/shape.hpp"

namespace podsim::workload {

/// Words, positions and segments of the source, or of all there is; the table of words is its own. A tensor group
/// shares the words: each rank looks up its own, and the vectors are summed.
Layer transformer_embedding(const catalog::Transformer& model, const TransformerShape& shape,
                            const catalog::Stack& stack);

/// The words of the target; their table is the source's.
Layer target_embedding(const TransformerShape& shape, const catalog::Stack& stack);

/// Logits of the predicted tokens by the table of words, or by one of their own, their loss, and BERT's classifier. A
/// tensor group shares the words; the loss takes three small all-reduces (Megatron-LM, tensor_parallel/cross_entropy.py).
Layer transformer_head(const catalog::Transformer& model, const TransformerShape& shape, const catalog::Stack& stack);

}  // namespace podsim::workload
