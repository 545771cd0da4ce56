#include "run/account/energy.hpp"

namespace podsim::run {

double energy_joules(const catalog::Platform& platform, const platform::Slice& slice, double computing_seconds,
                     double waiting_seconds) {
  const catalog::Power& power = platform.chip.power;
  return slice.chips * (power.mean_watts * computing_seconds + power.idle_watts * waiting_seconds) +
         platform::nodes_of(platform, slice) * platform.node.host_watts * (computing_seconds + waiting_seconds);
}

}  // namespace podsim::run
