#include "catalog/spec/stack.hpp"

#include "catalog/spec/chip.hpp"

namespace podsim::catalog {

Stack for_chip(Stack stack, const Chip& chip) {
  const auto& peaks = chip.matrix.peak_flops_per_second;
  if (peaks.contains(stack.matrix_format)) return stack;
  for (const NumberFormat format : stack.other_matrix_formats) {
    if (!peaks.contains(format)) continue;
    stack.matrix_format = format;
    break;
  }
  return stack;
}

}  // namespace podsim::catalog
