#include "catalog/machines/chip_loader.hpp"

#include "catalog/machines/number_format_loader.hpp"
#include "catalog/text/units.hpp"
#include "catalog/yaml/rules.hpp"
#include "catalog/yaml/schema.hpp"

#include <array>
#include <string>
#include <vector>

namespace podsim::catalog {
namespace {

NumberRule bandwidth(const std::string& example) {
  return rate_rule("give the data-sheet rate in one direction, for example " + example, 1e7);
}

NumberRule peak() {
  NumberRule rule = rate_rule("give the dense data-sheet peak of the whole chip, for example 123", 1e7);
  rule.noun = "a peak";
  return rule;
}

void load_memory(const Field& field, Chip& chip) {
  const MapReader memory = field.map({"capacity_GiB", "bandwidth_GBps", "efficiency"});
  chip.memory_bytes =
      memory["capacity_GiB"].number(positive("a size", "give the memory of the whole chip, for example 32", 1e6)) *
      kGiB;
  chip.memory_bytes_per_second = memory["bandwidth_GBps"].number(bandwidth("900")) * kGB;
  chip.memory_efficiency = memory["efficiency"].number(efficiency());
}

IntegerRule tile_edge() { return count("a tile edge", "give the edge in elements, for example 128", 1, 4096); }

std::vector<OutputTile> load_tiles(const Field& field) {
  std::vector<OutputTile> tiles;
  for (const Field& element : field.list()) {
    const MapReader map = element.map({"m", "n", "efficiency"});
    tiles.push_back({.m = static_cast<int>(map["m"].integer(tile_edge())),
                     .n = static_cast<int>(map["n"].integer(tile_edge())),
                     .efficiency = map["efficiency"].number(efficiency())});
  }
  return tiles;
}

std::vector<Alignment> load_alignment(const Field& field) {
  std::vector<Alignment> rules;
  for (const Field& element : field.list()) {
    const MapReader map = element.map({"bytes", "efficiency"});
    rules.push_back({.bytes = static_cast<double>(map["bytes"].integer(
                         count("an alignment", "give bytes of a matrix row, for example 16", 1, 65536))),
                     .efficiency = map["efficiency"].number(efficiency())});
  }
  return rules;
}

/// An array has one edge; multiprocessors take any of several tiles, or squares of one edge.
void load_edges(const MapReader& matrix, MatrixUnit& unit) {
  if (unit.kind == MatrixUnitKind::systolic) {
    for (const char* key : {"tiles", "prologue_k", "alignment"}) {
      matrix.forbid(key, "a systolic array has no output tiles", "remove the line, or give kind: tensor_core");
    }
    unit.tile = static_cast<int>(matrix["tile"].integer(tile_edge()));
    return;
  }
  if (const auto tiles = matrix.find("tiles")) {
    matrix.forbid("tile", "stands beside tiles", "keep one of the two");
    unit.tiles = load_tiles(*tiles);
  } else {
    const int edge = static_cast<int>(matrix["tile"].integer(tile_edge()));
    unit.tiles = {{.m = edge, .n = edge}};
  }
  if (const auto prologue = matrix.find("prologue_k")) {
    unit.prologue_k = prologue->number(not_negative("a depth", "give elements of k, for example 150", 1e6));
  }
  if (const auto alignment = matrix.find("alignment")) unit.alignment = load_alignment(*alignment);
}

MatrixUnit load_matrix(const Field& field) {
  const MapReader matrix =
      field.map({"kind", "tile", "tiles", "units", "efficiency", "efficiency_by_format", "peak_TFLOPs", "prologue_k",
                 "alignment", "fused_attention_efficiency", "vendor_attention_efficiency"});
  MatrixUnit unit;
  constexpr std::array kKinds = {MatrixUnitKind::systolic, MatrixUnitKind::tensor_core, MatrixUnitKind::simt};
  unit.kind = kKinds[matrix["kind"].choice({"systolic", "tensor_core", "simt"}, "kinds of matrix unit")];
  load_edges(matrix, unit);
  unit.units = static_cast<int>(matrix["units"].integer(
      count("a count of units", "give the arrays or multiprocessors of the whole chip", 1, 65536)));
  unit.efficiency = matrix["efficiency"].number(efficiency());
  for (const NamedField& entry : matrix["peak_TFLOPs"].names()) {
    unit.peak_flops_per_second[number_format(entry)] = entry.field.number(peak()) * kTera;
  }
  if (const auto by_format = matrix.find("efficiency_by_format")) {
    for (const NamedField& entry : by_format->names()) {
      unit.efficiency_by_format[number_format(entry)] = entry.field.number(efficiency());
    }
  }
  if (const auto fused = matrix.find("fused_attention_efficiency")) {
    unit.fused_attention_efficiency = fused->number(efficiency());
  }
  if (const auto vendor = matrix.find("vendor_attention_efficiency")) {
    unit.vendor_attention_efficiency = vendor->number(efficiency());
  }
  return unit;
}

Power load_power(const Field& field) {
  const MapReader map = field.map({"idle", "mean", "max"});
  const auto watts = [&](const char* key) {
    return map[key].number(positive("a power", "give watts of the whole chip, for example 220", 1e5));
  };
  const Power power{.idle_watts = watts("idle"), .mean_watts = watts("mean"), .max_watts = watts("max")};
  if (power.mean_watts < power.idle_watts || power.max_watts < power.mean_watts) {
    field.fail("the powers are out of order: idle must not be above mean, nor mean above max",
               "give them in watts of the whole chip, for example {idle: 123, mean: 220, max: 262}");
  }
  return power;
}

double load_core_link(const MapReader& map, int ranks) {
  if (ranks == 1) {
    map.forbid("core_link_GBps", "a chip of one rank has no link between its cores",
               "remove the line, or give ranks: 2");
    return 0;
  }
  return map["core_link_GBps"].number(bandwidth("450")) * kGB;
}

}  // namespace

Chip load_chip(const Field& field) {
  const MapReader map = field.map({"schema", "name", "description", "vendor", "year", "architecture", "ranks", "memory",
                                   "matrix", "vector", "operation_floor_us", "core_link_GBps", "power_W", "sources"});
  Chip chip;
  chip.name = map["name"].name();
  chip.description = map["description"].text();
  chip.vendor = map["vendor"].text();
  chip.year = static_cast<int>(
      map["year"].integer(count("a year", "give the first year in production, for example 2018", 1990, 2100)));
  if (const auto architecture = map.find("architecture")) chip.architecture = architecture->name();
  chip.ranks = static_cast<int>(map["ranks"].integer(
      count("a count of ranks", "give 2 where each core is a device of its own (TPU v2 and v3), else 1", 1, 64)));
  load_memory(map["memory"], chip);
  chip.matrix = load_matrix(map["matrix"]);
  if (const auto vector = map.find("vector")) {
    chip.vector_flops_per_second = vector->map({"peak_TFLOPs"})["peak_TFLOPs"].number(peak()) * kTera;
  }
  chip.operation_floor_seconds = map["operation_floor_us"].number(not_negative(
                                     "a time", "give the start and end of one operation, for example 1.5", 1e6)) *
                                 kMicro;
  chip.core_link_bytes_per_second = load_core_link(map, chip.ranks);
  chip.power = load_power(map["power_W"]);
  check_sources(field.value(), field.path());
  return chip;
}

}  // namespace podsim::catalog
