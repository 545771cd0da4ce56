#include "cli/facts/facts.hpp"
#include "results/quantity.hpp"

#include <fmt/format.h>

#include <map>
#include <string>

namespace podsim::cli {
namespace {

using PriceJson = nlohmann::ordered_json;
using catalog::Prices;

std::string hourly_text(const Prices& prices, const std::string& kind, const catalog::HourlyPrice& price) {
  std::string text =
      fmt::format("{}: ${:.2f} an hour for each {} (chips: {})", kind, price.usd, prices.unit, prices.chips_per_unit);
  if (price.host_usd) text += fmt::format(", its host ${:.2f}", *price.host_usd);
  return text;
}

std::string owned_text(const Prices& prices) {
  const catalog::Owned& owned = *prices.owned;
  return fmt::format("owned: {} for each {} (chips: {}) and {} beside it, written off in {} years, {} at work",
                     results::dollars(owned.purchase_usd_per_unit), prices.unit, prices.chips_per_unit,
                     results::percent(owned.extra_share), owned.years, results::percent(owned.utilisation));
}

PriceJson owned_json(const Prices& prices) {
  if (!prices.owned) return nullptr;
  return {{"purchase_usd_per_unit", prices.owned->purchase_usd_per_unit},
          {"extra_share", prices.owned->extra_share},
          {"years", prices.owned->years},
          {"utilisation", prices.owned->utilisation}};
}

}  // namespace

std::vector<Fact> price_facts(const Prices& prices) {
  std::vector<Fact> facts;
  std::map<std::string, double> usd;
  std::map<std::string, double> host_usd;
  for (const auto& [kind, price] : prices.hourly) {
    facts.push_back({facts.empty() ? "prices" : "", hourly_text(prices, kind, price), "", nullptr});
    usd[kind] = price.usd;
    if (price.host_usd) host_usd[kind] = *price.host_usd;
  }
  if (prices.owned) facts.push_back({facts.empty() ? "prices" : "", owned_text(prices), "", nullptr});
  if (facts.empty()) return facts;
  facts.front().text += ", as of " + prices.date;
  facts.front().key = "prices";
  facts.front().value = {{"unit", prices.unit},
                         {"chips_per_unit", prices.chips_per_unit},
                         {"date", prices.date},
                         {"usd_per_unit_hour", usd},
                         {"host_usd_per_unit_hour", host_usd},
                         {"minimum_seconds", prices.minimum_seconds},
                         {"owned", owned_json(prices)}};
  return facts;
}

std::vector<Fact> facts_of(const catalog::Loaded<Prices>& loaded) {
  const Prices& prices = loaded.value;
  std::vector<Fact> facts{{"prices", prices.name, "name", prices.name},
                          {"", prices.description, "description", prices.description}};
  if (!prices.provider.empty()) facts.push_back({"provider", prices.provider, "provider", prices.provider});
  if (!prices.region.empty()) facts.push_back({"region", prices.region, "region", prices.region});
  for (const auto& part : {price_facts(prices), source_facts(loaded.inputs)}) {
    facts.insert(facts.end(), part.begin(), part.end());
  }
  return facts;
}

}  // namespace podsim::cli
