#pragma once

#include "catalog/spec/convolutional.hpp"
#include "catalog/spec/stack.hpp"
#include "workload/operation.hpp"

namespace podsim::workload {

/// A convolutional network as stem, blocks and classifier, for `examples` images on one rank.
///
/// bottleneck and basic: He et al., arXiv 1512.03385, with a bottleneck's stride in its 3x3 convolution
/// (v1.5; Goyal et al., arXiv 1706.02677, section 5.1). separable: Chollet, arXiv 1610.02357. plain: a
/// convolution after another, as in AlexNet (Krizhevsky et al., 2012) and VGG (arXiv 1409.1556).
///
/// Kept for the backward pass: input and output of each convolution where a batch normalisation lies
/// between them, else the output.
Graph expand_convolutional(const catalog::Convolutional& model, double examples, const catalog::Stack& stack);

}  // namespace podsim::workload
