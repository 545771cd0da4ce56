#pragma once

#include "catalog/stack.hpp"
#include "catalog/workload.hpp"
#include "workload/operation.hpp"

namespace podsim::workload {

/// A residual network as stem, bottleneck blocks and classifier, for `examples`
/// images on one rank: He et al., arXiv 1512.03385, with a block's stride in its
/// 3x3 convolution (v1.5; Goyal et al., arXiv 1706.02677, section 5.1).
///
/// Batch normalisation reads its input twice and writes it once, takes the ReLU
/// along, and on the way back reads input and gradient twice and writes once. Kept
/// for the backward pass: input and output of each convolution.
Graph expand_convolutional(const catalog::Convolutional& model, double examples, const catalog::Stack& stack);

}  // namespace podsim::workload
