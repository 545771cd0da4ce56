#pragma once

namespace podsim::run {

// How far predictions lie from measurements, and how much a measurement says. No units: spreads are standard deviations of
// the natural logarithm of a time, factors multiply one. "Compared" means: prototypes of this model against some hundred
// published runs on V100, A100, H100 and TPU v2 to v4, families left out in turn.

/// Of the Student distribution of the errors. Compared: 3 to 5 fit best, the longer tail towards slower.
inline constexpr double kDegreesOfFreedom = 4;
/// Its 90 % quantile with four degrees of freedom: a tenth of the runs lies beyond it on each side.
inline constexpr double kQuantile = 1.5332;

/// Offset of device time that all runs of one study share. Compared: 0.125 from data sheets alone, 0.11 with the constant
/// of a software class, 0.05 after a measurement of the same software.
inline constexpr double kPriorDeviceSpread = 0.125;
inline constexpr double kClassDeviceSpread = 0.11;
inline constexpr double kAnchorDeviceSpread = 0.05;
/// From one run of a study to the next. Compared: 0.06 to 0.07.
inline constexpr double kNoiseSpread = 0.065;
/// Of exposed communication. Assumed from the share of a network card that jobs reach: 0.45 to 0.95.
inline constexpr double kNetworkSpread = 0.5;
/// Of host time and input, about which data sheets say least. Assumed: eager frameworks take 5 to 60 us a launch.
inline constexpr double kHostSpread = 0.5;

/// Both ways, of start-up and checkpoints. Assumed: they differ so much between runs on the same software.
inline constexpr double kFixedPartsFactor = 1.5;

/// Weight of one measurement against the prior when it sets the device scale: a published step time carries 5 to 10 % of
/// noise, the prior an offset of about 12 %. Compared: about 0.6.
inline constexpr double kAnchorWeight = 0.6;

/// Device scales outside this range are more than software usually explains: classes of software have 0.9 to 1.7.
inline constexpr double kLeastPlausibleScale = 0.85;
inline constexpr double kMostPlausibleScale = 1.7;

}  // namespace podsim::run
