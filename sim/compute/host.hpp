#pragma once

namespace podsim::compute {

/// Seconds of a phase whose kernels need `device_seconds` and whose launches keep the CPU busy for
/// `host_seconds` while it runs ahead: about the larger of the two, a little more where they are alike,
/// (device^p + host^p)^(1/p) with p of kOverlapExponent.
double phase_seconds(double device_seconds, double host_seconds);

}  // namespace podsim::compute
