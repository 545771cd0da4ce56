#include "run/interval.hpp"

#include <algorithm>

namespace podsim::run {

Interval prior_interval(double seconds, double bound_seconds) {
  return {.value = seconds, .low = std::max(bound_seconds, seconds / kPriorFactor), .high = seconds * kPriorFactor};
}

}  // namespace podsim::run
