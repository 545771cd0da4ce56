#pragma once

#include "catalog/spec/chip.hpp"
#include "workload/operation.hpp"

namespace podsim::compute {

/// Seconds that one of the operation's repeats keeps the matrix units of one rank busy, its operands at hand.
///
/// Systolic array: n and k padded to its edge, m to the 8 rows of a vector register. Multiprocessors: the best of
/// the chip's output tiles, dealt out in waves; where they are fewer than the multiprocessors, k is split; each
/// tile pays `prologue_k` more elements of k; edges that are not aligned in memory slow all of it down
/// (NVIDIA, "Matrix Multiplication Background"; Markidis et al., arXiv 1803.04014).
///
/// `peak`: FLOP/s of one rank in `format`, from the data sheet.
double product_seconds(const workload::Operation& operation, const catalog::Chip& chip, catalog::NumberFormat format,
                       double peak);

}  // namespace podsim::compute
