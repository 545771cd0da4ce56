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

double peak_of_rank(const catalog::Chip& chip, const catalog::Stack& stack, catalog::NumberFormat format) {
  const auto found = chip.matrix.peak_flops_per_second.find(format);
  if (found != chip.matrix.peak_flops_per_second.end()) return found->second / chip.ranks;
  std::vector<std::string_view> formats;
  for (const auto& [known, peak] : chip.matrix.peak_flops_per_second) formats.push_back(catalog::name_of(known));
  throw catalog::InputError(
      fmt::format("stack {} multiplies matrices in {}, and chip {} has no such peak: it has {}\n"
                  "  way out: choose another stack with --stack, or set stack.formats.{} to a format that the chip has",
                  stack.name, catalog::name_of(format), chip.name, fmt::join(formats, ", "),
                  format == stack.formats.matrix ? "matrix" : "linear"));
}

double memory_seconds(double bytes, const catalog::Chip& chip) {
  return bytes / (chip.memory_bytes_per_second / chip.ranks * chip.memory_efficiency);
}

double attention_efficiency(const catalog::MatrixUnit& unit, catalog::Attention attention) {
  const bool known = attention == catalog::Attention::fused_by_vendor && unit.vendor_attention_efficiency > 0;
  return known ? unit.vendor_attention_efficiency : unit.fused_attention_efficiency;
}

/// Of one of the operation's repeats.
double matrix_seconds(const workload::Operation& operation, const catalog::Chip& chip, const catalog::Stack& stack) {
  const catalog::NumberFormat format =
      operation.linear ? stack.formats.linear.value_or(stack.formats.matrix) : stack.formats.matrix;
  const double peak = peak_of_rank(chip, stack, format);
  if (operation.kind == workload::OperationKind::matrix) return product_seconds(operation, chip, format, peak);
  if (const double efficiency = attention_efficiency(chip.matrix, stack.kernels.attention); efficiency > 0) {
    return operation.flops() / operation.repeats / (peak * efficiency);
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
  return flops / peak_of_rank(chip, stack, catalog::fastest_format(stack, chip));
}

}  // namespace podsim::compute
