#include "run/energy.hpp"

#include <cmath>

namespace podsim::run {

double energy_joules(const catalog::Platform& platform, int chips, double computing_seconds, double waiting_seconds) {
  const double nodes = std::ceil(static_cast<double>(chips) / platform.node.chips);
  const catalog::Power& power = platform.chip.power;
  return chips * (power.mean_watts * computing_seconds + power.idle_watts * waiting_seconds) +
         nodes * platform.node.host_watts * (computing_seconds + waiting_seconds);
}

}  // namespace podsim::run
