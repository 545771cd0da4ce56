#include "run/account/money.hpp"

#include "catalog/text/units.hpp"

#include <algorithm>
#include <cmath>

namespace podsim::run {
namespace {

double owned_usd(const catalog::Platform& platform, const Bill& bill, double units) {
  const catalog::Owned& owned = *platform.prices.owned;
  const double seconds_at_work = owned.years * catalog::kYear * owned.utilisation;
  const double purchase = units * owned.purchase_usd_per_unit * (1 + owned.extra_share);
  const double electricity = platform.site ? platform.site->pue * platform.site->usd_per_joule * bill.energy_joules : 0;
  return purchase * bill.seconds / seconds_at_work + electricity;
}

}  // namespace

std::map<std::string, double> cost_usd(const catalog::Platform& platform, const Bill& bill) {
  const catalog::Prices& prices = platform.prices;
  const double units = std::ceil(static_cast<double>(bill.chips) / prices.chips_per_unit);
  const double billed_hours = std::max(bill.seconds, prices.minimum_seconds) / catalog::kHour;
  const double storage = bill.stored_bytes * prices.storage_usd_per_byte_second * bill.seconds;
  std::map<std::string, double> costs;
  for (const auto& [kind, price] : prices.hourly) {
    costs[kind] = units * (price.usd + price.host_usd.value_or(0)) * billed_hours + storage;
  }
  if (prices.owned) costs[catalog::kOwnedKind] = owned_usd(platform, bill, units);
  return costs;
}

bool is_preemptible(const catalog::Prices& prices, const std::string& kind) {
  const auto price = prices.hourly.find(kind);
  return price != prices.hourly.end() && price->second.preemptible;
}

}  // namespace podsim::run
