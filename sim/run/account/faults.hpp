#pragma once

#include "run/account/result.hpp"

#include <cstdint>

namespace podsim::run {

/// What a run has to do, and how it saves it. All times in seconds.
struct SavedWork {
  double work = 0;             ///< training and evaluation
  double interval = 0;         ///< of work between two checkpoints; the last one is at the end
  double stall = 0;            ///< of training for one checkpoint
  double lag = 0;              ///< from the end of the stall until the checkpoint is safe
  double start_up = 0;         ///< before the first work, and again on new machines
  double later_start_ups = 0;  ///< of the phases after the first; counted before the first work too
};

/// What stops a run. Rates of the whole job; failures come at a constant rate. A preemption comes at a
/// constant rate too, and at the latest at the end of the machines' life.
struct FaultModel {
  double failures_per_second = 0;
  double restart_seconds = 0;  ///< from a failure until work goes on
  double preemptions_per_second = 0;
  double life_seconds = 0;  ///< longest life of preemptible machines; 0: no limit
  double wait_seconds = 0;  ///< from a preemption until there are new machines
};

/// Wall-clock time with failures and without preemptions, by a closed formula (Daly 2006, eq. 20):
/// M e^((R+L)/M) (e^((tau+C)/M) - 1) work / tau, M the mean time between failures, L the lag: after a failure R + L
/// pass before the first interval is safe, then one is every tau + C. Infinite if it overflows.
double expected_wall_seconds(const SavedWork& work, const FaultModel& model);

/// Work over that time.
double expected_goodput(const SavedWork& work, const FaultModel& model);

/// The interval for which that is least: the root of e^((tau+C)/M) (1 - tau/M) = 1.
double best_interval_seconds(double stall_seconds, double mean_seconds_between_failures);

/// Plays the run `draws` times, from stop to stop: each goes back to the last safe checkpoint. The same
/// seed gives the same numbers on every machine. The work must be able to end: see `can_end`.
FaultForecast play_faults(const SavedWork& work, const FaultModel& model, int draws, uint64_t seed);

/// Stops that one play will take about, for choosing the number of draws.
double expected_stops(const SavedWork& work, const FaultModel& model);

/// False where stops come so fast that a run would hardly ever reach its next checkpoint.
bool can_end(const SavedWork& work, const FaultModel& model);

}  // namespace podsim::run
