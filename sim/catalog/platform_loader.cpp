#include "catalog/platform_loader.hpp"

#include "catalog/chip_loader.hpp"
#include "catalog/interconnect_loader.hpp"
#include "catalog/rules.hpp"
#include "catalog/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace podsim::catalog {
namespace {

Node load_node(const Field& field) {
  const MapReader map = field.map({"chips", "host_W"});
  return {.chips = static_cast<int>(
              map["chips"].integer(count("a count of chips", "give the chips of one box, for example 8", 1, 4096))),
          .host_watts = map["host_W"].number(
              not_negative("a power", "give the mean watts of the box beyond its chips, for example 400", 1e6))};
}

bool is_month(const std::string& text) {
  const auto digit = [&](size_t i) { return std::isdigit(static_cast<unsigned char>(text[i])) != 0; };
  if (text.size() != 7 || text[4] != '-') return false;
  if (!digit(0) || !digit(1) || !digit(2) || !digit(3) || !digit(5) || !digit(6)) return false;
  const int month = (text[5] - '0') * 10 + (text[6] - '0');
  return month >= 1 && month <= 12;
}

bool is_word(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_'; });
}

void load_usd(const Field& field, Prices& prices) {
  for (const NamedField& entry : field.names()) {
    if (!is_word(entry.name)) {
      fail(entry.place, entry.field.path(), "a kind of price is a word of lower-case letters, digits and _",
           "for example commitment_1y");
    }
    prices.usd_per_unit_hour[entry.name] = entry.field.number(
        not_negative("a price", "give US dollars for one billed unit and hour, for example 8.00", 1e6));
  }
}

void check_unit(const MapReader& map, const Prices& prices, int node_chips) {
  if (prices.unit == "device") return;
  const int expected = prices.unit == "node" ? node_chips : 1;
  if (prices.chips_per_unit == expected) return;
  map["chips_per_unit"].fail(fmt::format("a {} has {} chips, not {}", prices.unit, expected, prices.chips_per_unit),
                             fmt::format("give chips_per_unit: {}, or unit: device", expected));
}

Prices load_prices(const Field& field, int node_chips) {
  const MapReader map = field.map({"unit", "chips_per_unit", "date", "usd_per_unit_hour"});
  Prices prices;
  const std::vector<std::string> units = {"device", "node", "chip"};
  prices.unit = units[map["unit"].choice(units, "billed units")];
  prices.chips_per_unit = static_cast<int>(map["chips_per_unit"].integer(
      count("a count of chips", "give the chips of one billed unit, for example 4", 1, 4096)));
  check_unit(map, prices, node_chips);
  prices.date = map["date"].text();
  if (!is_month(prices.date)) {
    map["date"].refuse("a month", "it must be written YYYY-MM",
                       "give the month of the price list, for example 2019-06");
  }
  load_usd(map["usd_per_unit_hour"], prices);
  return prices;
}

/// Boxes reduce gradients chip by chip: a chip there is one rank.
void check_ranks(const MapReader& map, const Platform& platform) {
  if (platform.chip.ranks == 1 || std::holds_alternative<Torus>(platform.interconnect)) return;
  map["interconnect"].fail(
      fmt::format("chip {} has {} ranks, and chips in boxes must have one", platform.chip.name, platform.chip.ranks),
      "take a chip of one rank, for example v100-sxm2-16gb");
}

}  // namespace

Platform load_platform(const Field& field) {
  const MapReader map =
      field.map({"schema", "name", "description", "chip", "node", "interconnect", "prices", "sources"});
  Platform platform;
  platform.name = map["name"].name();
  platform.description = map["description"].text();
  platform.chip = load_chip(map["chip"]);
  platform.node = load_node(map["node"]);
  platform.interconnect = load_interconnect(map["interconnect"], platform.node.chips);
  check_ranks(map, platform);
  platform.prices = load_prices(map["prices"], platform.node.chips);
  check_sources(field.value(), field.path());
  return platform;
}

}  // namespace podsim::catalog
