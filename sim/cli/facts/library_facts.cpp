#include "cli/facts/facts.hpp"
#include "results/quantity.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <utility>

namespace podsim::cli {
namespace {

using Json = nlohmann::ordered_json;

Json timing_json(const catalog::AlgorithmTiming& timing) {
  return {{"base_seconds", timing.base_seconds},
          {"chip_hop_seconds", timing.chip_hop_seconds},
          {"pcie_hop_seconds", timing.pcie_hop_seconds},
          {"network_hop_seconds", timing.network_hop_seconds},
          {"efficiency", timing.efficiency},
          {"ramp_seconds", timing.ramp_seconds},
          {"ramp_bytes", timing.ramp_bytes}};
}

}  // namespace

std::vector<Fact> facts_of(const catalog::Loaded<catalog::Library>& loaded) {
  const catalog::Library& library = loaded.value;
  std::vector<Fact> facts{{"library", library.name, "name", library.name},
                          {"", library.description, "description", library.description}};
  if (!library.default_for.empty()) {
    facts.push_back(
        {"default for", fmt::format("{}", fmt::join(library.default_for, ", ")), "default_for", library.default_for});
  }
  for (const auto& [algorithm, protocols] : library.algorithms) {
    Json json = Json::object();
    bool first = true;
    for (const auto& [protocol, timing] : protocols) {
      facts.push_back(
          {first ? catalog::name_of(algorithm) : "",
           fmt::format("{}: start {}, hop on chip links {}, on PCIe {}, between nodes {}; {} of the rate",
                       catalog::name_of(protocol), results::duration(timing.base_seconds),
                       results::duration(timing.chip_hop_seconds), results::duration(timing.pcie_hop_seconds),
                       results::duration(timing.network_hop_seconds), results::percent(timing.efficiency)),
           "", nullptr});
      json[catalog::name_of(protocol)] = timing_json(timing);
      first = false;
    }
    facts.back().key = catalog::name_of(algorithm);
    facts.back().value = std::move(json);
  }
  for (const auto& [architecture, limits] : library.architectures) {
    facts.push_back({architecture, "launch " + results::duration(limits.start_seconds), "start_seconds_" + architecture,
                     limits.start_seconds});
  }
  for (Fact& fact : source_facts(loaded.inputs)) facts.push_back(std::move(fact));
  return facts;
}

}  // namespace podsim::cli
