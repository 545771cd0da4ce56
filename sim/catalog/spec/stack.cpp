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

NumberFormat fastest_format(const Stack& stack, const Chip& chip) {
  if (!stack.formats.linear) return stack.formats.matrix;
  const auto& peaks = chip.matrix.peak_flops_per_second;
  const auto linear = peaks.find(*stack.formats.linear);
  const auto matrix = peaks.find(stack.formats.matrix);
  const bool faster = linear != peaks.end() && matrix != peaks.end() && linear->second > matrix->second;
  return faster ? *stack.formats.linear : stack.formats.matrix;
}

}  // namespace podsim::catalog
