#include "catalog/machines/platform_loader.hpp"

#include "catalog/machines/chip_loader.hpp"
#include "catalog/machines/interconnect_loader.hpp"
#include "catalog/machines/prices_loader.hpp"
#include "catalog/machines/site_loader.hpp"
#include "catalog/yaml/rules.hpp"
#include "catalog/yaml/schema.hpp"

#include <fmt/format.h>

#include <string>

namespace podsim::catalog {
namespace {

Node load_node(const Field& field) {
  const MapReader map = field.map({"chips", "host_cores", "host_W"});
  return {.chips = static_cast<int>(
              map["chips"].integer(count("a count of chips", "give the chips of one box, for example 8", 1, 4096))),
          .host_cores =
              map.integer_or("host_cores", count("a count of cores", "give the CPU cores of the box", 1, 4096), 0),
          .host_watts = map["host_W"].number(
              not_negative("a power", "give the mean watts of the box beyond its chips, for example 400", 1e6))};
}

/// Boxes reduce gradients chip by chip: a chip there is one rank.
void check_ranks(const MapReader& map, const Platform& platform) {
  if (platform.chip.ranks == 1 || std::holds_alternative<Torus>(platform.interconnect)) return;
  map["interconnect"].fail(
      fmt::format("chip {} has {} ranks, and chips in boxes must have one", platform.chip.name, platform.chip.ranks),
      "take a chip of one rank, for example v100-sxm2-16gb");
}

/// Owned machines pay their electricity themselves.
void check_price_needs(const MapReader& map, const Platform& platform) {
  if (!platform.prices.owned || (platform.site && platform.site->usd_per_joule > 0)) return;
  map["prices"].fail("owned machines pay for electricity, and the platform gives no price of it",
                     "add to the platform, for example, site: {pue: 1.3, usd_per_kWh: 0.10}");
}

}  // namespace

Platform load_platform(const Field& field) {
  const MapReader map = field.map({"schema", "name", "description", "chip", "node", "interconnect", "prices", "storage",
                                   "site", "faults", "preemption", "sources"});
  Platform platform;
  platform.name = map["name"].name();
  platform.description = map["description"].text();
  platform.chip = load_chip(map["chip"]);
  platform.node = load_node(map["node"]);
  platform.interconnect = load_interconnect(map["interconnect"], platform.node.chips);
  check_ranks(map, platform);
  platform.prices = load_prices(map["prices"]);
  check_billed_unit(map["prices"], platform.prices, platform.node.chips);
  if (const auto storage = map.find("storage")) platform.storage = load_storage(*storage);
  if (const auto site = map.find("site")) platform.site = load_site(*site);
  if (const auto faults = map.find("faults")) platform.faults = load_faults(*faults);
  if (const auto preemption = map.find("preemption")) platform.preemption = load_preemption(*preemption);
  check_price_needs(map, platform);
  check_sources(field.value(), field.path());
  return platform;
}

}  // namespace podsim::catalog
