#include "compute/host.hpp"

#include "compute/model_constants.hpp"

#include <algorithm>
#include <cmath>

namespace podsim::compute {

double phase_seconds(double device_seconds, double host_seconds) {
  const double larger = std::max(device_seconds, host_seconds);
  if (larger <= 0) return 0;
  const double ratio = std::min(device_seconds, host_seconds) / larger;
  return larger * std::pow(1 + std::pow(ratio, kOverlapExponent), 1 / kOverlapExponent);
}

}  // namespace podsim::compute
