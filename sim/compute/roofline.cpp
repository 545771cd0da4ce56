#include "compute/roofline.hpp"

#include "catalog/error.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <vector>

namespace podsim::compute {

namespace {

constexpr double systolic_row_multiple = 8;       // sublanes of a TPU vector register
constexpr double tensor_core_depth_multiple = 8;  // operands of 16 bytes, NVIDIA matrix multiplication guide
constexpr double smallest_split_depth = 512;      // a shorter slice of k is not worth a second pass over the result

double pad(double size, double multiple) { return std::ceil(size / multiple) * multiple; }

double peak_of_rank(const catalog::Chip& chip, const catalog::Stack& stack) {
  const auto found = chip.matrix.peak_flops_per_second.find(stack.matrix_format);
  if (found != chip.matrix.peak_flops_per_second.end()) return found->second / chip.ranks;
  std::vector<std::string_view> formats;
  for (const auto& [format, peak] : chip.matrix.peak_flops_per_second) formats.push_back(catalog::name_of(format));
  throw catalog::InputError(fmt::format(
      "stack {} multiplies matrices in {}, and chip {} has no such peak: it has {}\n"
      "  way out: choose another stack with --stack, or set stack.formats.matrix to a format that the chip has",
      stack.name, catalog::name_of(stack.matrix_format), chip.name, fmt::join(formats, ", ")));
}

double memory_seconds(double bytes, const catalog::Chip& chip) {
  return bytes / (chip.memory_bytes_per_second / chip.ranks * chip.memory_efficiency);
}

/// n and k lie still in the array, m streams through it.
double systolic_flops(const workload::Operation& operation, const catalog::MatrixUnit& unit) {
  return 2 * operation.batch * pad(operation.m, systolic_row_multiple) * pad(operation.n, unit.tile) *
         pad(operation.k, unit.tile);
}

/// Output tiles go to the multiprocessors in waves; where there are too few of them, k is split.
double tensor_core_flops(const workload::Operation& operation, const catalog::MatrixUnit& unit, double units) {
  const double tile = unit.tile;
  const double tiles = operation.batch * std::ceil(operation.m / tile) * std::ceil(operation.n / tile);
  const double k = pad(operation.k, tensor_core_depth_multiple);
  const double split = std::max(1.0, std::min(std::floor(k / smallest_split_depth), std::floor(units / tiles)));
  const double waves = std::ceil(tiles * split / units);
  return 2 * waves * units * tile * tile * k / split;
}

double padded_flops(const workload::Operation& operation, const catalog::Chip& chip) {
  if (chip.matrix.kind == catalog::MatrixUnitKind::systolic) return systolic_flops(operation, chip.matrix);
  return tensor_core_flops(operation, chip.matrix, static_cast<double>(chip.matrix.units) / chip.ranks);
}

double busy_seconds(const workload::Operation& operation, const catalog::Chip& chip, const catalog::Stack& stack) {
  if (operation.kind == workload::OperationKind::memory) return memory_seconds(operation.bytes * stack.fusion, chip);
  const double matrix_seconds = padded_flops(operation, chip) / (peak_of_rank(chip, stack) * chip.matrix.efficiency);
  return std::max(matrix_seconds, memory_seconds(operation.bytes, chip));
}

}  // namespace

double seconds(const workload::Operation& operation, const catalog::Chip& chip, const catalog::Stack& stack) {
  return (busy_seconds(operation, chip, stack) + chip.operation_floor_seconds) * operation.repeats *
         stack.device_slowdown;
}

double optimizer_seconds(double parameters, const std::string& optimizer, const catalog::Chip& chip,
                         const catalog::Stack& stack) {
  const auto& known = stack.optimizer_bytes_per_parameter;
  const auto found = known.find(optimizer);
  if (found == known.end()) {
    std::vector<std::string_view> names;
    for (const auto& [name, bytes] : known) names.push_back(name);
    throw catalog::InputError(
        fmt::format("stack {} does not know the optimizer {}: it has {}\n"
                    "  way out: choose one of these, or set stack.optimizer_bytes_per_parameter.{}",
                    stack.name, optimizer, fmt::join(names, ", "), optimizer));
  }
  return (memory_seconds(parameters * found->second, chip) + chip.operation_floor_seconds) * stack.device_slowdown;
}

double bound_seconds(double flops, const catalog::Chip& chip, const catalog::Stack& stack) {
  return flops / peak_of_rank(chip, stack);
}

}  // namespace podsim::compute
