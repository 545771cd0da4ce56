#include "catalog/machines/library_loader.hpp"

#include "catalog/text/units.hpp"
#include "catalog/yaml/rules.hpp"
#include "catalog/yaml/schema.hpp"

#include <optional>

namespace podsim::catalog {
namespace {

double time_or_zero(const MapReader& map, const char* key) {
  const auto field = map.find(key);
  return field ? field->number(not_negative("a time", "give microseconds, for example 3.4", 1e6)) * kMicro : 0;
}

AlgorithmTiming load_timing(const Field& field) {
  const MapReader map = field.map(
      {"base_us", "chip_hop_us", "pcie_hop_us", "network_hop_us", "efficiency", "chunk_KiB", "ramp_us", "ramp_MiB"});
  AlgorithmTiming timing;
  timing.base_seconds =
      map["base_us"].number(not_negative("a time", "give microseconds, for example 8.4", 1e6)) * kMicro;
  timing.chip_hop_seconds = time_or_zero(map, "chip_hop_us");
  timing.pcie_hop_seconds = time_or_zero(map, "pcie_hop_us");
  timing.network_hop_seconds = time_or_zero(map, "network_hop_us");
  timing.efficiency = map["efficiency"].number(efficiency());
  if (const auto chunk = map.find("chunk_KiB")) {
    timing.chunk_bytes = chunk->number(positive("a size", "give the chunk of a pipeline, for example 512", 1e9)) * 1024;
  }
  if (const auto ramp = map.find("ramp_us")) {
    timing.ramp_seconds = ramp->number(not_negative("a time", "give microseconds, for example 100", 1e6)) * kMicro;
    timing.ramp_bytes = map["ramp_MiB"].number(positive(
                            "a size", "give the size at which half the ramp is reached, for example 16", 1e6)) *
                        kMiB;
  } else {
    map.forbid("ramp_MiB", "there is no ramp_us that it could belong to", "give ramp_us too, or remove the line");
  }
  return timing;
}

void load_algorithms(const Field& field, Library& library) {
  for (const NamedField& algorithm : field.names()) {
    const auto of_kind = static_cast<Algorithm>(algorithm.choice(algorithm_names(), "algorithms"));
    for (const NamedField& protocol : algorithm.field.names()) {
      const auto kind = static_cast<Protocol>(protocol.choice(protocol_names(), "protocols"));
      library.algorithms[of_kind][kind] = load_timing(protocol.field);
    }
  }
}

RateLimits load_rates(const std::optional<Field>& field) {
  RateLimits rates = ArchitectureLimits::kUnlimited;
  if (!field) return rates;
  const auto parts = field->list_of(rates.size(), "GB/s on 1, on 2 and on more nodes, for example [87.7, 22.5, 19.0]");
  for (size_t i = 0; i < rates.size(); ++i) {
    rates.at(i) = parts[i].number(rate_rule("give GB/s, for example 22.5", 1e6)) * kGB;
  }
  return rates;
}

ArchitectureLimits load_limits(const Field& field) {
  const MapReader map = field.map({"start_us", "channels", "ll_GBps", "ring_ll128_channel_GBps", "tree_GBps",
                                   "tree_channel_GBps", "tree_ll128_channel_GBps", "ring_plateau"});
  ArchitectureLimits limits;
  limits.start_seconds =
      map["start_us"].number(not_negative("a time", "give the launch of a collective, for example 20", 1e6)) * kMicro;
  limits.channels = map.integer_or(
      "channels", count("a count of channels", "give the rings or trees in one box, for example 12", 1, 4096), 1);
  limits.ll = load_rates(map.find("ll_GBps"));
  limits.ring_ll128_channel = load_rates(map.find("ring_ll128_channel_GBps"));
  limits.tree = load_rates(map.find("tree_GBps"));
  limits.tree_channel = load_rates(map.find("tree_channel_GBps"));
  limits.tree_ll128_channel = load_rates(map.find("tree_ll128_channel_GBps"));
  if (const auto plateau = map.find("ring_plateau")) {
    NumberRule rule = positive("a factor", "give how much slower the hops of a large ring are, for example 1.4", 100);
    rule.low = 1;
    rule.low_allowed = true;
    limits.ring_plateau = plateau->number(rule);
  }
  return limits;
}

void load_correction(const Field& field, Library& library) {
  for (const NamedField& protocol : field.names()) {
    const auto kind = static_cast<Protocol>(protocol.choice(protocol_names(), "protocols"));
    for (const Field& factor : protocol.field.list()) {
      library.tree_correction[kind].push_back(factor.number(efficiency()));
    }
  }
}

}  // namespace

Library load_library(const Field& field) {
  const MapReader map = field.map({"schema", "name", "description", "default_for", "algorithms", "architectures",
                                   "tree_correction", "ring_plateau_bytes_per_rank", "sources"});
  Library library;
  library.name = map["name"].name();
  library.description = map["description"].text();
  if (const auto architectures = map.find("default_for")) {
    for (const Field& architecture : architectures->list()) library.default_for.push_back(architecture.name());
  }
  load_algorithms(map["algorithms"], library);
  for (const NamedField& architecture : map["architectures"].names()) {
    library.architectures[architecture.name] = load_limits(architecture.field);
  }
  if (!library.architectures.contains("any")) {
    map["architectures"].fail("there is no entry for chips of any other architecture", "add an entry named any");
  }
  if (const auto correction = map.find("tree_correction")) load_correction(*correction, library);
  if (const auto plateau = map.find("ring_plateau_bytes_per_rank")) {
    library.ring_plateau_bytes_per_rank = plateau->number(
        not_negative("a size", "give the bytes of a rank from which a ring reaches its plateau, for example 4096"));
  }
  check_sources(field.value(), field.path());
  return library;
}

}  // namespace podsim::catalog
