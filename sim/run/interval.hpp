#pragma once

#include "run/result.hpp"

#include <string>

namespace podsim::run {

/// What a predicted time rests on beside data sheets: nothing, the software class's other runs, or a
/// measurement of the same software and chips by the user.
enum class Evidence { prior, stack_class, anchor };

/// "prior", "class" or "anchor".
std::string name_of(Evidence evidence);

/// How far predictions lie from measurements, as standard deviations of the natural logarithm.
struct Spread {
  double offset = 0;  ///< shared by all runs of one study: software and machine
  double noise = 0;   ///< from one run to the next
};

Spread spread_of(Evidence evidence);

/// Factors of a time between which 80 % of measurements lie: Student's t with four degrees of freedom.
struct IntervalFactors {
  double low = 1;
  double high = 1;
};

IntervalFactors interval_factors(Evidence evidence);

/// The 80 % interval around a time, never below its physical bound.
Interval interval(double seconds, double bound_seconds, Evidence evidence);

}  // namespace podsim::run
