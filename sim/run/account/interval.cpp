#include "run/account/interval.hpp"

#include "run/account/model_constants.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace podsim::run {
namespace {

/// Of a step that is all device time, where nothing is known of its parts.
struct Shares {
  double device = 1;
  double network = 0;
  double host = 0;
};

Shares shares_of(const Breakdown& parts) {
  const double total = parts.total_seconds();
  if (total <= 0) return {};
  const double network = (parts.exposed_communication_seconds + parts.pipeline_bubble_seconds) / total;
  const double host = (parts.overhead_seconds + parts.input_seconds) / total;
  return {1 - network - host, network, host};
}

/// Standard deviation of ln(time) of parts that spread independently.
double deviation(const Shares& shares, const Spread& spread, double noise) {
  return std::hypot(std::hypot(shares.device * spread.device, shares.network * spread.network),
                    std::hypot(shares.host * spread.host, noise));
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
  const Spread spread = spread_of(evidence);
  const double factor = std::exp(kQuantile * deviation(shares_of(parts), spread, spread.noise));
  return {.value = seconds, .low = std::max(bound_seconds, seconds / factor), .high = seconds * factor};
}

double ratio_factor(const Breakdown& one, const Breakdown& other, Evidence evidence) {
  const Shares a = shares_of(one);
  const Shares b = shares_of(other);
  const Spread spread = spread_of(evidence);
  return std::exp(kQuantile * deviation({a.device - b.device, a.network - b.network, a.host - b.host}, spread,
                                        spread.noise * std::numbers::sqrt2));
}

}  // namespace podsim::run
