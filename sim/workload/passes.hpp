#pragma once

namespace podsim::workload {

/// How often an element-wise operation moves its tensor, forward and on the way back. A pass is one read or one
/// write of all of it in the activations' format; a mask of one byte counts as half a pass.
struct Passes {
  double forward = 0;
  double backward = 0;
};

/// One row for each operation, unfused: what its kernels read and write, counted by hand, as Korthikanti et al.,
/// arXiv 2205.05198, section 4, list them for transformers; where a row says more, that is its derivation. A stack
/// scales all rows together (`fusion`, 0.5 to 1.8 in the shipped ones): single rows were never measured. docs/compute.md
/// prints the most common ones.
namespace passes {

// Shared. Forward | backward.
inline constexpr Passes kDropout{2.5, 2.5};     // read, write, mask | the same
inline constexpr Passes kBiasActivation{2, 4};  // in place | read input and gradient, write; read for the bias sum
inline constexpr Passes kActivation{2, 3};      // in place | read input and gradient, write
inline constexpr Passes kBias{2, 1};            // in place | read for the bias sum
inline constexpr Passes kLookup{2, 3};          // row in, row out | read the gradient, add it to the row
inline constexpr Passes kSoftmax{7, 8};         // scale 2, mask 2, softmax with maximum and sum 3 | 4, 2, 2
inline constexpr Passes kFusedSoftmax{2, 3};    // one kernel | read result and gradient, write
inline constexpr Passes kSoftmaxLoss{15, 7};    // in fp32 with a cast, log-softmax and loss | the same, back
inline constexpr Passes kCopy{2, 2};            // a gather, a join, a transpose, a blur | the same, back
inline constexpr Passes kTranspose{2, 3};       // with its bias | back, read for the bias sum

// Transformers.
inline constexpr Passes kLayerNorm{2, 5};            // statistics in the reading pass | input gradient 3, weights' 2
inline constexpr Passes kDropoutResidual{3.5, 5.5};  // two reads, write, mask | dropout 2.5, sum of two gradients 3
inline constexpr Passes kResidual{3, 3};             // two reads, write | sum of two gradients
inline constexpr Passes kEmbeddingSum{2, 1};         // positions, segments: in place | read for the table's gradient
inline constexpr Passes kRelativeShift{1, 1};        // of what it reads and what it writes together
inline constexpr Passes kSegmentScores{1, 1};        // written | read
inline constexpr Passes kScoreSum{3, 0};             // content and positions, in one kernel | the gradient is theirs
inline constexpr Passes kScoreSumOfThree{4, 0};      // with segments
inline constexpr Passes kGatedActivation{3, 5};      // gate and product in, product out | three in, two out
inline constexpr Passes kBiasedGate{3, 7};           // the same with biases | read twice more for their sums
inline constexpr Passes kParallelResidual{4, 3};     // three reads, write | sum of two gradients
inline constexpr Passes kParallelDropout{5, 8};      // the same with two masks | dropout 2.5 each, sum 3
inline constexpr Passes kRotary{2, 2};               // in place | turned back
// To one byte and its transpose: two halves written, and of every second tensor, whose own kernel does not cast, a
// read | the same of the gradient.
inline constexpr Passes kCast{1.5, 1.5};
inline constexpr Passes kBlockSum{3, 3};       // result so far, that of a block, sum | the queries' gradient alike
inline constexpr Passes kRouterSoftmax{4, 4};  // softmax 2, choice of the largest 2 | the same, back
inline constexpr Passes kWeightedSum{1, 2};    // of rows and sum together | rows read for their weights' gradient

// Convolutional networks. He et al., arXiv 1512.03385.
inline constexpr Passes kBatchNorm{3, 5};          // statistics, then read and write with ReLU | sums 2, gradient 3
inline constexpr Passes kLocalResponseNorm{3, 5};  // as a batch norm
inline constexpr Passes kMaxPool{1, 2};            // of input and output together | with the choice again
inline constexpr Passes kAveragePool{1, 1};        // read | written
inline constexpr Passes kFork{0, 3};               // sum of the gradients of both ways
inline constexpr Passes kResidualReLU{3, 3};       // two reads, write | read result and gradient, write

// Recurrent networks.
inline constexpr Passes kDirectionSum{3, 2};   // two reads, write | read once, written for both
inline constexpr Passes kLayerResidual{3, 1};  // two reads, write | added where the gradient is read anyway
inline constexpr Passes kAdditiveTanh{4, 5};   // sum, tanh and product with v over queries x keys | the same, back

/// A cell with so many gates, in its kernel: products of input and state and bias in, gates out; state and output.
constexpr Passes cell(double gates) { return {3 * gates + 3, 2 * gates + 4}; }

// GANs. Brock et al., arXiv 1809.11096; the official code of StyleGAN, operation by operation.
inline constexpr Passes kSpectralNorm{4, 2};        // two products with a vector, division | division, outer product
inline constexpr Passes kResample{1, 1};            // of what it reads and what it writes together
inline constexpr Passes kSum{3, 2};                 // two reads, write | read once, written for both
inline constexpr Passes kKeyValuePool{1, 1.5};      // read | written, with the choice
inline constexpr Passes kScaledSum{3, 3};           // two reads, write | with the scale's gradient
inline constexpr Passes kReLUSumPool{1, 2};         // read | read, written
inline constexpr Passes kScaledActivation{4, 6};    // scale, bias, leaky ReLU unfused | the same, back
inline constexpr Passes kNoise{2, 2};               // in place | with the sum for the strength
inline constexpr Passes kInstanceNorm{6, 9};        // mean, difference, squares, scale, each a kernel | the same, back
inline constexpr Passes kModulation{4, 6};          // scale and offset, each a kernel | the same, back
inline constexpr Passes kMinibatchDeviation{6, 8};  // difference, squares, root, mean | the same, back

}  // namespace passes

}  // namespace podsim::workload
