#include "catalog/machines/prices_loader.hpp"

#include "catalog/text/units.hpp"
#include "catalog/yaml/month.hpp"
#include "catalog/yaml/rules.hpp"
#include "catalog/yaml/schema.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>

namespace podsim::catalog {
namespace {

const std::vector<std::string> kPriceKeys = {"schema",
                                             "name",
                                             "description",
                                             "provider",
                                             "region",
                                             "unit",
                                             "chips_per_unit",
                                             "date",
                                             "usd_per_unit_hour",
                                             "host_usd_per_unit_hour",
                                             "minimum_min",
                                             "storage_usd_per_GB_month",
                                             "owned",
                                             "sources"};

bool is_word(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](unsigned char c) { return std::islower(c) != 0 || std::isdigit(c) != 0 || c == '_'; });
}

/// What providers call machines that they take back.
bool is_preemptible(const std::string& kind) { return kind == "preemptible" || kind == "spot"; }

std::map<std::string, double> load_usd(const Field& field) {
  std::map<std::string, double> usd;
  for (const NamedField& entry : field.names()) {
    if (!is_word(entry.name)) {
      fail(entry.place, entry.field.path(), "a kind of price is a word of lower-case letters, digits and _",
           "for example commitment_1y");
    }
    usd[entry.name] = entry.field.number(
        not_negative("a price", "give US dollars for one billed unit and hour, for example 8.00", 1e6));
  }
  return usd;
}

void load_hourly(const Field& field, Prices& prices) {
  for (const auto& [kind, usd] : load_usd(field)) {
    prices.hourly[kind] = {.usd = usd, .preemptible = is_preemptible(kind)};
  }
}

void load_host_usd(const Field& field, Prices& prices) {
  const auto host = load_usd(field);
  for (auto& [kind, price] : prices.hourly) {
    const auto found = host.find(kind);
    if (found == host.end()) {
      field.fail(fmt::format("there is no price of the host for {}", kind),
                 "give the host's price for every kind in usd_per_unit_hour, 0 where it is included");
    }
    price.host_usd = found->second;
  }
}

Owned load_owned(const Field& field) {
  const MapReader map = field.map({"purchase_usd_per_unit", "years", "utilisation", "extra_share"});
  Owned owned;
  owned.purchase_usd_per_unit = map["purchase_usd_per_unit"].number(
      not_negative("a price", "give US dollars for one billed unit, for example 149000", 1e9));
  owned.years =
      map["years"].number(positive("a time", "give the years over which it is written off, for example 4", 100));
  owned.utilisation =
      map["utilisation"].number(positive("a share", "give the share of the time at work, for example 0.9", 1.0));
  if (const auto extra = map.find("extra_share")) {
    owned.extra_share = extra->number(
        not_negative("a share", "give network, storage and support over the purchase, for example 0.2", 10));
  }
  return owned;
}

void load_date(const Field& field, Prices& prices) {
  prices.date = field.text();
  month_of(field, "give the month of the price list, for example 2019-06");
}

/// What only a file of its own has.
void load_heading(const MapReader& map, const Field& field, Prices& prices) {
  if (!map.find("schema")) return;
  prices.name = map["name"].name();
  prices.description = map["description"].text();
  check_sources(field.value(), field.path());
}

void load_extra_prices(const MapReader& map, Prices& prices) {
  if (const auto provider = map.find("provider")) prices.provider = provider->text();
  if (const auto region = map.find("region")) prices.region = region->text();
  if (const auto host = map.find("host_usd_per_unit_hour")) load_host_usd(*host, prices);
  if (const auto minimum = map.find("minimum_min")) {
    prices.minimum_seconds =
        minimum->number(not_negative("a time", "give the shortest time that is billed, for example 10", 1e6)) * kMinute;
  }
  if (const auto storage = map.find("storage_usd_per_GB_month")) {
    prices.storage_usd_per_byte_second =
        storage->number(not_negative("a price", "give US dollars for a gigabyte and month, for example 0.02", 1e4)) /
        kGB / kMonth;
  }
}

}  // namespace

Prices load_prices(const Field& field) {
  const MapReader map = field.map(kPriceKeys);
  Prices prices;
  load_heading(map, field, prices);
  const std::vector<std::string> units = {"device", "node", "chip"};
  prices.unit = units[map["unit"].choice(units, "billed units")];
  prices.chips_per_unit = static_cast<int>(map["chips_per_unit"].integer(
      count("a count of chips", "give the chips of one billed unit, for example 4", 1, 4096)));
  load_date(map["date"], prices);
  if (const auto owned = map.find("owned")) prices.owned = load_owned(*owned);
  if (const auto usd = prices.owned ? map.find("usd_per_unit_hour") : map["usd_per_unit_hour"]) {
    load_hourly(*usd, prices);
  }
  if (prices.owned && prices.hourly.contains(kOwnedKind)) {
    map["owned"].fail("stands beside a price by the hour of the same name", "keep one of them");
  }
  load_extra_prices(map, prices);
  return prices;
}

void check_billed_unit(const Field& field, const Prices& prices, int node_chips) {
  if (prices.unit == "device") return;
  const int expected = prices.unit == "node" ? node_chips : 1;
  if (prices.chips_per_unit == expected) return;
  field.map(kPriceKeys)["chips_per_unit"].fail(
      fmt::format("a {} has {} chips, not {}", prices.unit, expected, prices.chips_per_unit),
      fmt::format("give chips_per_unit: {}, or unit: device", expected));
}

}  // namespace podsim::catalog
