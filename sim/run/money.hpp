#pragma once

#include "catalog/platform.hpp"

#include <map>
#include <string>

namespace podsim::run {

/// Dollars for `chips` over `seconds`, by kind of price. Whole billed units are paid.
std::map<std::string, double> cost_usd(const catalog::Prices& prices, int chips, double seconds);

/// Joules of the chips at their mean training power and of the boxes around them.
double energy_joules(const catalog::Platform& platform, int chips, double seconds);

}  // namespace podsim::run
