#pragma once

#include "catalog/spec/chip.hpp"
#include "catalog/spec/stack.hpp"
#include "workload/operation.hpp"

namespace podsim::compute {

/// Seconds of one operation on one rank: the larger of its time on the matrix unit (`product_seconds`, or the
/// chip's share of the peak in a fused attention) and its bytes over the memory bandwidth reached, plus the chip's
/// floor for each repeat, times the stack's slow-down. Williams et al., "Roofline", CACM 2009.
double seconds(const workload::Operation& operation, const catalog::Chip& chip, const catalog::Stack& stack);

/// Seconds to move `bytes` to or from memory in one operation that no fusion makes smaller.
double stream_seconds(double bytes, const catalog::Chip& chip, const catalog::Stack& stack);

/// Seconds to update `parameters` weights on one rank.
double optimizer_seconds(double parameters, catalog::Optimizer optimizer, const catalog::Chip& chip,
                         const catalog::Stack& stack);

/// Data-sheet lower limit of `flops` matrix operations on one rank, in seconds.
double bound_seconds(double flops, const catalog::Chip& chip, const catalog::Stack& stack);

}  // namespace podsim::compute
