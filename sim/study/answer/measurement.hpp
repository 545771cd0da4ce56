#pragma once

#include "run/account/result.hpp"
#include "study/point/run_spec.hpp"

#include <string>

namespace podsim::study {

/// A step time that the user measured, and the run that it was measured on.
struct Measurement {
  RunSpec run;
  bool is_rate = false;  ///< examples per second, else seconds per step
  double value = 0;
};

/// Reads "step_seconds=0.293@chips=16,batch=512" or "examples_per_second=...@..." with the keys chips, batch,
/// micro_batch and phase; what is not given is as in `target`. Throws InputError.
Measurement parse_measurement(const std::string& text, const RunSpec& target);

/// Simulates the measured run in forked processes and finds the factor on the device time that explains the
/// measurement. Throws InputError where the run is impossible, where the measurement is below the
/// physical bound, and where the network, the host or the input binds the run: then it says nothing about
/// the device.
run::Calibration calibrate(const catalog::Catalog& catalog, const Measurement& measurement);

}  // namespace podsim::study
