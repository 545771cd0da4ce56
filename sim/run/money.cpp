#include "run/money.hpp"

#include <cmath>

namespace podsim::run {

std::map<std::string, double> cost_usd(const catalog::Prices& prices, int chips, double seconds) {
  const double units = std::ceil(static_cast<double>(chips) / prices.chips_per_unit);
  std::map<std::string, double> costs;
  for (const auto& [kind, usd_per_hour] : prices.usd_per_unit_hour) costs[kind] = units * usd_per_hour * seconds / 3600;
  return costs;
}

double energy_joules(const catalog::Platform& platform, int chips, double seconds) {
  const double nodes = std::ceil(static_cast<double>(chips) / platform.node.chips);
  return (chips * platform.chip.power.mean_watts + nodes * platform.node.host_watts) * seconds;
}

}  // namespace podsim::run
