#include "cli/facts.hpp"
#include "results/quantity.hpp"

#include <fmt/format.h>

namespace podsim::cli {
namespace {

using Json = nlohmann::ordered_json;
using catalog::Chip;

std::string kind_of(const catalog::MatrixUnit& matrix) {
  return matrix.kind == catalog::MatrixUnitKind::systolic ? "systolic" : "tensor_core";
}

Fact matrix_fact(const catalog::MatrixUnit& matrix) {
  std::string peaks;
  Json json{{"kind", kind_of(matrix)},
            {"tile", matrix.tile},
            {"units", matrix.units},
            {"efficiency", matrix.efficiency},
            {"peak_flops_per_second", Json::object()}};
  for (const auto& [format, peak] : matrix.peak_flops_per_second) {
    peaks +=
        fmt::format("{}{} {}", peaks.empty() ? "" : ", ", catalog::name_of(format), results::metric(peak, "FLOP/s"));
    json["peak_flops_per_second"][std::string(catalog::name_of(format))] = peak;
  }
  const std::string kind = matrix.kind == catalog::MatrixUnitKind::systolic ? "systolic arrays" : "tensor cores";
  return {"matrix",
          fmt::format("{} {} of tile {}, efficiency {}: {}", matrix.units, kind, matrix.tile,
                      results::percent(matrix.efficiency), peaks),
          "matrix", std::move(json)};
}

}  // namespace

std::vector<Fact> facts_of(const catalog::Loaded<Chip>& loaded) {
  const Chip& chip = loaded.value;
  std::vector<Fact> facts{
      {"chip", chip.name, "name", chip.name},
      {"", chip.description, "description", chip.description},
      {"maker", fmt::format("{}, {}", chip.vendor, chip.year), "vendor", chip.vendor},
      {"ranks", std::to_string(chip.ranks), "ranks", chip.ranks},
      {"memory",
       fmt::format("{}, {}, efficiency {}", results::bytes(chip.memory_bytes),
                   results::metric(chip.memory_bytes_per_second, "B/s"), results::percent(chip.memory_efficiency)),
       "memory",
       {{"bytes", chip.memory_bytes},
        {"bytes_per_second", chip.memory_bytes_per_second},
        {"efficiency", chip.memory_efficiency}}},
      matrix_fact(chip.matrix),
      {"vector", results::metric(chip.vector_flops_per_second, "FLOP/s"), "vector_flops_per_second",
       chip.vector_flops_per_second},
      {"operation", "at least " + results::duration(chip.operation_floor_seconds), "operation_floor_seconds",
       chip.operation_floor_seconds},
      {"power",
       fmt::format("{} W idle, {} W training, {} W at most", chip.power.idle_watts, chip.power.mean_watts,
                   chip.power.max_watts),
       "power_watts",
       {{"idle", chip.power.idle_watts}, {"mean", chip.power.mean_watts}, {"max", chip.power.max_watts}}}};
  if (chip.ranks > 1) {
    facts.push_back({"core link", results::metric(chip.core_link_bytes_per_second, "B/s") + " each way",
                     "core_link_bytes_per_second", chip.core_link_bytes_per_second});
  }
  for (Fact& fact : source_facts(loaded.inputs)) facts.push_back(std::move(fact));
  return facts;
}

}  // namespace podsim::cli
