#include "run/account/interval.hpp"

#include "run/account/model_constants.hpp"

#include <algorithm>
#include <cmath>

namespace podsim::run {
namespace {

/// Standard deviation of ln(time) of a step whose parts spread independently.
double deviation(const Breakdown& parts, const Spread& spread) {
  const double total = parts.total_seconds();
  if (total <= 0) return std::hypot(spread.device, spread.noise);
  const double network = (parts.exposed_communication_seconds + parts.pipeline_bubble_seconds) / total;
  const double host = (parts.overhead_seconds + parts.input_seconds) / total;
  const double device = 1 - network - host;
  return std::hypot(std::hypot(device * spread.device, network * spread.network),
                    std::hypot(host * spread.host, spread.noise));
}

}  // namespace

std::string name_of(Evidence evidence) {
  switch (evidence) {
    case Evidence::stack_class: return "class";
    case Evidence::anchor: return "anchor";
    case Evidence::prior: break;
  }
  return "prior";
}

Spread spread_of(Evidence evidence) {
  Spread spread{.device = kPriorDeviceSpread, .network = kNetworkSpread, .host = kHostSpread, .noise = kNoiseSpread};
  if (evidence == Evidence::stack_class) spread.device = kClassDeviceSpread;
  if (evidence == Evidence::anchor) spread.device = kAnchorDeviceSpread;
  return spread;
}

Interval interval(double seconds, double bound_seconds, const Breakdown& parts, Evidence evidence) {
  const double factor = std::exp(kQuantile * deviation(parts, spread_of(evidence)));
  return {.value = seconds, .low = std::max(bound_seconds, seconds / factor), .high = seconds * factor};
}

}  // namespace podsim::run
