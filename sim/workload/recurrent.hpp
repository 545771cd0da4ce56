#pragma once

#include "catalog/spec/stack.hpp"
#include "catalog/spec/workload.hpp"
#include "workload/operation.hpp"

namespace podsim::workload {

/// A recurrent network for `examples` sequences of one phase on one rank.
///
/// The products of a layer's input are one over all time steps; those of its state run one time step
/// after the other, with the gates between them (Appleyard et al., arXiv 1604.01946, sections 3.1 and
/// 3.2). Encoder and decoder with additive attention: Bahdanau et al., arXiv 1409.0473, and Wu et al.
/// (GNMT), arXiv 1609.08144, whose attention reads the decoder's first layer and feeds all above it.
/// Spectrograms through convolutions: Amodei et al. (Deep Speech 2), arXiv 1512.02595.
///
/// Kept for the backward pass: gates, state and output of each cell at each time step, the inputs of
/// the products, what the attention's tanh wrote, and a byte per dropout decision.
Graph expand_recurrent(const catalog::Recurrent& model, const catalog::TrainingPhase& phase, double examples,
                       const catalog::Stack& stack);

}  // namespace podsim::workload
