#pragma once

#include "catalog/spec/platform.hpp"

#include <map>
#include <string>

namespace podsim::run {

/// What is paid for.
struct Bill {
  int chips = 0;
  double seconds = 0;        ///< for which the chips are held
  double energy_joules = 0;  ///< of chips and hosts in that time
  double stored_bytes = 0;
};

/// Dollars by kind of price. Whole billed units are paid, for at least the shortest time that is billed,
/// each with its host; then what is stored. "owned" is the purchase with network and support, written
/// off over the years at work, and electricity.
std::map<std::string, double> cost_usd(const catalog::Platform& platform, const Bill& bill);

/// Whether the provider takes back the machines of this kind of price.
bool is_preemptible(const catalog::Prices& prices, const std::string& kind);

}  // namespace podsim::run
