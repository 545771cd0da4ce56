#include "cli/facts/facts.hpp"
#include "results/quantity.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace podsim::cli {
namespace {

using Json = nlohmann::ordered_json;
using catalog::Chip;

/// The kind as a key and in words.
std::pair<std::string, std::string> kind_of(const catalog::MatrixUnit& matrix) {
  switch (matrix.kind) {
    case catalog::MatrixUnitKind::systolic: return {"systolic", "systolic arrays"};
    case catalog::MatrixUnitKind::tensor_core: return {"tensor_core", "multiprocessors with tensor cores"};
    case catalog::MatrixUnitKind::simt: return {"simt", "multiprocessors"};
  }
  return {"unknown", "unknown"};
}

template <typename Map>
Json by_format(const Map& values) {
  Json json = Json::object();
  for (const auto& [format, value] : values) json[std::string(catalog::name_of(format))] = value;
  return json;
}

Json tiles_json(const catalog::MatrixUnit& matrix) {
  Json tiles = Json::array();
  for (const auto& tile : matrix.tiles)
    tiles.push_back({{"m", tile.m}, {"n", tile.n}, {"efficiency", tile.efficiency}});
  return tiles;
}

std::string tiles_text(const catalog::MatrixUnit& matrix) {
  if (matrix.tiles.empty()) return std::to_string(matrix.tile);
  std::string text;
  for (const auto& tile : matrix.tiles) text += fmt::format("{}{}x{}", text.empty() ? "" : ", ", tile.m, tile.n);
  return text;
}

Fact matrix_fact(const catalog::MatrixUnit& matrix) {
  std::string peaks;
  for (const auto& [format, peak] : matrix.peak_flops_per_second) {
    peaks +=
        fmt::format("{}{} {}", peaks.empty() ? "" : ", ", catalog::name_of(format), results::metric(peak, "FLOP/s"));
  }
  Json json{{"kind", kind_of(matrix).first},
            {"tile", matrix.tile},
            {"tiles", tiles_json(matrix)},
            {"units", matrix.units},
            {"efficiency", matrix.efficiency},
            {"efficiency_by_format", by_format(matrix.efficiency_by_format)},
            {"prologue_k", matrix.prologue_k},
            {"fused_attention_efficiency", matrix.fused_attention_efficiency},
            {"vendor_attention_efficiency", matrix.vendor_attention_efficiency},
            {"peak_flops_per_second", by_format(matrix.peak_flops_per_second)}};
  return {"matrix",
          fmt::format("{} {}, efficiency {}: {}; tiles {}", matrix.units, kind_of(matrix).second,
                      results::percent(matrix.efficiency), peaks, tiles_text(matrix)),
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
      {"vector",
       chip.vector_flops_per_second > 0 ? results::metric(chip.vector_flops_per_second, "FLOP/s") : "not said",
       "vector_flops_per_second", chip.vector_flops_per_second},
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
