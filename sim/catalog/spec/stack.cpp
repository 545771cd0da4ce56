#include "catalog/spec/stack.hpp"

#include "catalog/spec/chip.hpp"

namespace podsim::catalog {

Stack for_chip(Stack stack, const Chip& chip) {
  const auto& peaks = chip.matrix.peak_flops_per_second;
  if (peaks.contains(stack.formats.matrix)) return stack;
  for (const NumberFormat format : stack.formats.other_matrix) {
    if (!peaks.contains(format)) continue;
    stack.formats.matrix = format;
    break;
  }
  return stack;
}

}  // namespace podsim::catalog
