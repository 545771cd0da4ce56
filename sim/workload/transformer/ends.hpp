#pragma once

#include "workload/transformer/shape.hpp"

namespace podsim::workload {

/// Words, positions and segments of the source, or of all there is; the table of words is its own.
Layer transformer_embedding(const catalog::Transformer& model, const TransformerShape& shape,
                            const catalog::Stack& stack);

/// The words of the target; their table is the source's.
Layer target_embedding(const TransformerShape& shape, const catalog::Stack& stack);

/// Logits of the predicted tokens by the table of words, their loss, and BERT's classifier.
Layer transformer_head(const catalog::Transformer& model, const TransformerShape& shape, const catalog::Stack& stack);

}  // namespace podsim::workload
