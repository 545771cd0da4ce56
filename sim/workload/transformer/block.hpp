#pragma once

#include "workload/transformer/shape.hpp"

namespace podsim::workload {

/// Attention and feed-forward of an encoder or of a language model, with the second stream of XLNet. The feed-forward
/// is the model's experts, where it has them, unless the block is `dense`.
Layer transformer_block(const catalog::Transformer& model, const TransformerShape& shape, const catalog::Stack& stack,
                        bool dense);

/// Attention of the target to what it has so far, then to the source, and feed-forward.
Layer decoder_block(const catalog::Transformer& model, const TransformerShape& target, double source_tokens,
                    const catalog::Stack& stack);

}  // namespace podsim::workload
