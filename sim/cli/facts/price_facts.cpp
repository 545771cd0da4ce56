#include "cli/facts/facts.hpp"
#include "results/quantity.hpp"

#include <fmt/format.h>

namespace podsim::cli {
namespace {

using PriceJson = nlohmann::ordered_json;
using catalog::Prices;

std::string hourly_text(const Prices& prices, const std::string& kind, double usd) {
  std::string text =
      fmt::format("{}: ${:.2f} an hour for each {} (chips: {})", kind, usd, prices.unit, prices.chips_per_unit);
  const auto host = prices.host_usd_per_unit_hour.find(kind);
  if (host != prices.host_usd_per_unit_hour.end()) text += fmt::format(", its host ${:.2f}", host->second);
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
  for (const auto& [kind, usd] : prices.usd_per_unit_hour) {
    facts.push_back({facts.empty() ? "prices" : "", hourly_text(prices, kind, usd), "", nullptr});
  }
  if (prices.owned) facts.push_back({facts.empty() ? "prices" : "", owned_text(prices), "", nullptr});
  if (facts.empty()) return facts;
  facts.front().text += ", as of " + prices.date;
  facts.front().key = "prices";
  facts.front().value = {{"unit", prices.unit},
                         {"chips_per_unit", prices.chips_per_unit},
                         {"date", prices.date},
                         {"usd_per_unit_hour", prices.usd_per_unit_hour},
                         {"host_usd_per_unit_hour", prices.host_usd_per_unit_hour},
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
