#include "compute/roofline.hpp"

#include "catalog/spec/optimizer.hpp"
#include "catalog/text/error.hpp"
#include "compute/matrix_product.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string_view>
#include <vector>

namespace podsim::compute {

namespace {

double peak_of_rank(const catalog::Chip& chip, const catalog::Stack& stack) {
  const auto found = chip.matrix.peak_flops_per_second.find(stack.formats.matrix);
  if (found != chip.matrix.peak_flops_per_second.end()) return found->second / chip.ranks;
  std::vector<std::string_view> formats;
  for (const auto& [format, peak] : chip.matrix.peak_flops_per_second) formats.push_back(catalog::name_of(format));
  throw catalog::InputError(fmt::format(
      "stack {} multiplies matrices in {}, and chip {} has no such peak: it has {}\n"
      "  way out: choose another stack with --stack, or set stack.formats.matrix to a format that the chip has",
      stack.name, catalog::name_of(stack.formats.matrix), chip.name, fmt::join(formats, ", ")));
}

double memory_seconds(double bytes, const catalog::Chip& chip) {
  return bytes / (chip.memory_bytes_per_second / chip.ranks * chip.memory_efficiency);
}

/// Of one of the operation's repeats.
double matrix_seconds(const workload::Operation& operation, const catalog::Chip& chip, const catalog::Stack& stack) {
  const double peak = peak_of_rank(chip, stack);
  if (operation.kind == workload::OperationKind::matrix) {
    return product_seconds(operation, chip, stack.formats.matrix, peak);
  }
  if (chip.matrix.fused_attention_efficiency > 0) {
    return operation.flops() / operation.repeats / (peak * chip.matrix.fused_attention_efficiency);
  }
  throw catalog::InputError(
      fmt::format("stack {} fuses attention, and chip {} does not say how fast that is\n"
                  "  way out: set platform.chip.matrix.fused_attention_efficiency, or stack.attention=fused_softmax",
                  stack.name, chip.name));
}

/// Of one of the operation's repeats.
double busy_seconds(const workload::Operation& operation, const catalog::Chip& chip, const catalog::Stack& stack) {
  if (operation.kind == workload::OperationKind::memory)
    return memory_seconds(operation.bytes * stack.kernels.fusion, chip);
  return std::max(matrix_seconds(operation, chip, stack), memory_seconds(operation.bytes, chip));
}

}  // namespace

double seconds(const workload::Operation& operation, const catalog::Chip& chip, const catalog::Stack& stack) {
  return operation.repeats * (busy_seconds(operation, chip, stack) + chip.operation_floor_seconds) *
         stack.kernels.slowdown;
}

double stream_seconds(double bytes, const catalog::Chip& chip, const catalog::Stack& stack) {
  return (memory_seconds(bytes, chip) + chip.operation_floor_seconds) * stack.kernels.slowdown;
}

double optimizer_seconds(double parameters, catalog::Optimizer optimizer, const catalog::Chip& chip,
                         const catalog::Stack& stack) {
  return stream_seconds(parameters * catalog::optimizer_bytes(stack, optimizer), chip, stack) +
         stack.update.overhead_seconds * stack.kernels.slowdown;
}

double bound_seconds(double flops, const catalog::Chip& chip, const catalog::Stack& stack) {
  return flops / peak_of_rank(chip, stack);
}

}  // namespace podsim::compute
