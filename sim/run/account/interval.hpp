#pragma once

#include "run/account/result.hpp"

#include <string>

namespace podsim::run {

/// What a predicted time rests on beside data sheets: nothing, the software class's other runs, or a
/// measurement of the same software and chips by the user.
enum class Evidence { prior, stack_class, anchor };

/// "prior", "class" or "anchor".
std::string name_of(Evidence evidence);

/// How far predictions lie from measurements, as standard deviations of the natural logarithm.
struct Spread {
  double device = 0;   ///< offset of device time: kernels, clocks and software, shared by all runs of one study
  double network = 0;  ///< of exposed communication
  double host = 0;     ///< of overhead and input: software and processors, which data sheets say least about
  double noise = 0;    ///< from one run to the next
};

Spread spread_of(Evidence evidence);

/// The 80 % interval of a step with these parts, or of a whole run of such steps: Student's t with four degrees of
/// freedom around `seconds`, in logarithms. Each part spreads the step by its share; the low end is never
/// below the physical bound. A step without parts is all device time.
Interval interval(double seconds, double bound_seconds, const Breakdown& parts, Evidence evidence);

/// The factor, both ways, by which the ratio of two steps of the same software on the same machine is uncertain (80 %).
/// What their parts have in common cancels: only shares that differ spread, and the noise of two runs.
double ratio_factor(const Breakdown& one, const Breakdown& other, Evidence evidence);

}  // namespace podsim::run
