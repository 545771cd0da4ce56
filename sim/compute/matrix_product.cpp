#include "compute/matrix_product.hpp"

#include "compute/model_constants.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace podsim::compute {

namespace {

double pad(double size, double multiple) { return std::ceil(size / multiple) * multiple; }

double systolic_flops(const workload::Operation& operation, const catalog::MatrixUnit& unit) {
  return 2 * operation.batch * pad(operation.m, kSystolicRows) * pad(operation.n, unit.tile) *
         pad(operation.k, unit.tile);
}

/// Operations that the multiprocessors could have done while they work on tiles of one shape.
double tiled_flops(const workload::Operation& operation, const catalog::OutputTile& tile, double prologue_k,
                   double units) {
  const double tiles = operation.batch * std::ceil(operation.m / tile.m) * std::ceil(operation.n / tile.n);
  const double split =
      std::max(1.0, std::min(std::floor(operation.k / kSmallestSplitDepth), std::floor(units / tiles)));
  const double waves = std::ceil(tiles * split / units);
  return waves * units * 2.0 * tile.m * tile.n * (operation.k / split + prologue_k) / tile.efficiency;
}

double best_tiled_flops(const workload::Operation& operation, const catalog::MatrixUnit& unit, double units) {
  double best = std::numeric_limits<double>::infinity();
  for (const catalog::OutputTile& tile : unit.tiles) {
    best = std::min(best, tiled_flops(operation, tile, unit.prologue_k, units));
  }
  return best;
}

bool is_multiple(double elements, double element_bytes, double bytes) {
  return std::fmod(elements * element_bytes, bytes) == 0;
}

/// Ordinary arithmetic (fp32) takes any edge.
double alignment_efficiency(const workload::Operation& operation, const catalog::MatrixUnit& unit,
                            catalog::NumberFormat format) {
  if (format == catalog::NumberFormat::fp32) return 1;
  const double left = operation.left_contiguous > 0 ? operation.left_contiguous : operation.k;
  const double element = catalog::bytes_of(format);
  double efficiency = 1;
  for (const catalog::Alignment& rule : unit.alignment) {
    if (is_multiple(left, element, rule.bytes) && is_multiple(operation.n, element, rule.bytes)) continue;
    efficiency = std::min(efficiency, rule.efficiency);
  }
  return efficiency;
}

double efficiency_of(const catalog::MatrixUnit& unit, catalog::NumberFormat format) {
  const auto found = unit.efficiency_by_format.find(format);
  return found == unit.efficiency_by_format.end() ? unit.efficiency : found->second;
}

}  // namespace

double product_seconds(const workload::Operation& operation, const catalog::Chip& chip, catalog::NumberFormat format,
                       double peak) {
  const catalog::MatrixUnit& unit = chip.matrix;
  const double reached = peak * efficiency_of(unit, format);
  if (unit.kind == catalog::MatrixUnitKind::systolic) return systolic_flops(operation, unit) / reached;
  const double units = static_cast<double>(unit.units) / chip.ranks;
  return best_tiled_flops(operation, unit, units) / (reached * alignment_efficiency(operation, unit, format));
}

}  // namespace podsim::compute
